import { expect, test } from "bun:test";
import { Secret } from "../../config/secret.ts";
import { BasicAuth } from "./basic-auth.ts";

// bcrypt of "fakepassword", cost 10.
const HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const users = { alice: new Secret(HASH) };

const header = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

test("the right password is allowed, whatever else is refused", async () => {
  const auth = new BasicAuth();
  expect(await auth.check(header("alice:fakepassword"), users)).toBe("allowed");
  for (const other of ["alice:x", "alice:", "alice", "bob:fakepassword", "toString:fakepassword", ":fakepassword"]) {
    expect([other, await auth.check(header(other), users)]).toEqual([other, "refused"]);
  }
});

// As Alertmanager 0.34.0 answered them.
test("the header is read as Go reads it", async () => {
  const auth = new BasicAuth();
  const encoded = "YWxpY2U6ZmFrZXBhc3N3b3Jk";
  const cases = [
    null,
    "",
    "Basic",
    `bAsIc ${encoded}`,
    `Basic  ${encoded}`,
    `Basic ${encoded.slice(0, -1)}`,
    `Bearer ${encoded}`,
  ];
  const verdicts = await Promise.all(cases.map((text) => auth.check(text, users)));
  expect(verdicts).toEqual(["refused", "refused", "refused", "allowed", "refused", "refused", "refused"]);
});

test("a changed hash is looked at anew", async () => {
  const auth = new BasicAuth();
  expect(await auth.check(header("alice:fakepassword"), users)).toBe("allowed");
  const other = await Bun.password.hash("other", { algorithm: "bcrypt", cost: 4 });
  expect(await auth.check(header("alice:fakepassword"), { alice: new Secret(other) })).toBe("refused");
  expect(await auth.check(header("alice:other"), { alice: new Secret(other) })).toBe("allowed");
});

test("every letter of a version means the same, and bytes beyond the 72nd nothing", async () => {
  const auth = new BasicAuth();
  for (const version of ["$2$", "$2a$", "$2b$", "$2x$"]) {
    const hash = HASH.replace("$2y$", version);
    expect(await auth.check(header("alice:fakepassword"), { alice: new Secret(hash) })).toBe("allowed");
  }
  const long = "x".repeat(72);
  const hash = await Bun.password.hash(long, { algorithm: "bcrypt", cost: 4 });
  expect(await auth.check(header(`alice:${long}beyond`), { alice: new Secret(hash) })).toBe("allowed");
  expect(await auth.check(header(`alice:${long.slice(1)}`), { alice: new Secret(hash) })).toBe("refused");
});

test("a flood of wrong passwords is turned away, and who was allowed stays so", async () => {
  const auth = new BasicAuth();
  const cheap = { alice: new Secret(await Bun.password.hash("right", { algorithm: "bcrypt", cost: 4 })) };
  expect(await auth.check(header("alice:right"), cheap)).toBe("allowed");
  const verdicts = await Promise.all(
    Array.from({ length: 300 }, (_, n) => auth.check(header(`alice:wrong${n}`), cheap)),
  );
  expect(verdicts.filter((verdict) => verdict === "busy")).toHaveLength(300 - 128);
  expect(verdicts).not.toContain("allowed");
  expect(await auth.check(header("alice:right"), cheap)).toBe("allowed");
});
