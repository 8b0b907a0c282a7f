import { expect, test } from "bun:test";
import { ByHash, hashOf, newSecret } from "./secret-text.ts";

test("what is found by a hash is what has all of it, not its beginning", () => {
  const kept = new ByHash<{ hash: string; name: string }>();
  const hash = hashOf("one");
  const close = `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
  const one = { hash, name: "one" };
  kept.add(one);
  expect(kept.find(hash)).toBe(one);
  expect(kept.find(close)).toBeUndefined();
  expect(kept.find(hash.slice(0, 8))).toBeUndefined();

  const other = { hash: close, name: "other" };
  kept.add(other);
  expect([kept.find(hash), kept.find(close)]).toEqual([one, other]);
  kept.delete(one);
  expect([kept.find(hash), kept.find(close)]).toEqual([undefined, other]);
});

test("a secret has 32 bytes of chance behind its prefix", () => {
  const secret = newSecret("amp_", (bytes) => bytes.fill(0xab));
  expect(secret).toBe(`amp_${"ab".repeat(32)}`);
});
