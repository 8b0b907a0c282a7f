import { afterAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { startWeb, temporaryDirectory } from "./web-harness.ts";

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

// bcrypt of "fakepassword", cost 10.
const USERS = 'basic_auth_users: {alice: "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"}\n';
const ALICE = { Authorization: `Basic ${Buffer.from("alice:fakepassword").toString("base64")}` };
const HEADERS =
  'http_server_config: {headers: {X-Frame-Options: deny, X-XSS-Protection: "", X-Content-Type-Options: nosniff}}\n';

async function ask(port: number, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/-/healthy`, { ...init, keepalive: false });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => /^(?:x-|www|content-type)/.test(name)));
  return { status: response.status, headers, body: await response.text() };
}

const PLAIN = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
const ok = () => new Response("OK");

// The bodies and headers are those of Alertmanager 0.34.0.
test("the file is read again for every request", async () => {
  const webConfigFile = directory.write("live.yml", "");
  await using web = await startWeb(ok, { webConfigFile });
  expect((await ask(web.port)).body).toBe("OK");

  directory.write("live.yml", USERS);
  const unauthorized = { status: 401, headers: { ...PLAIN, "www-authenticate": "Basic" }, body: "Unauthorized\n" };
  expect(await ask(web.port)).toEqual(unauthorized);
  expect((await ask(web.port, { headers: ALICE })).body).toBe("OK");

  directory.write("live.yml", "foo: 1\n");
  const broken = { status: 500, headers: PLAIN, body: "Internal Server Error\n" };
  expect(await ask(web.port, { headers: ALICE })).toEqual(broken);
  rmSync(webConfigFile);
  expect(await ask(web.port)).toEqual(broken);
  const problem = "yaml: unmarshal errors:\\n  line 1: field foo not found in type web.Config";
  expect(web.lines.slice(2)).toEqual([
    `level=ERROR msg="Unable to parse configuration" err="${problem}"`,
    `level=ERROR msg="Unable to parse configuration" err="open ${webConfigFile}: no such file or directory"`,
  ]);

  directory.write("live.yml", "");
  expect((await ask(web.port)).body).toBe("OK");
});

test("two files of the same size, one right after the other, are told apart", async () => {
  const webConfigFile = directory.write("same.yml", "http_server_config: {headers: {X-XSS-Protection: a}}\n");
  await using web = await startWeb(ok, { webConfigFile });
  for (const value of ["b", "c", "d", "e"]) {
    directory.write("same.yml", `http_server_config: {headers: {X-XSS-Protection: ${value}}}\n`);
    expect((await ask(web.port)).headers["x-xss-protection"]).toBe(value);
  }
});

test("the headers are on every answer, but those of an endpoint stand", async () => {
  const webConfigFile = directory.write("headers.yml", HEADERS + USERS);
  await using web = await startWeb(() => new Response("OK", { headers: { "X-Frame-Options": "sameorigin" } }), {
    webConfigFile,
  });
  const refused = await ask(web.port);
  expect([refused.status, refused.headers["x-frame-options"], refused.headers["x-xss-protection"]]).toEqual([
    401,
    "deny",
    "",
  ]);
  const answered = await ask(web.port, { headers: ALICE });
  expect([answered.status, answered.headers["x-frame-options"]]).toEqual([200, "sameorigin"]);
});

test("what is beyond the rate is refused, before anything else is looked at", async () => {
  const webConfigFile = directory.write("rate.yml", `rate_limit: {interval: 1h, burst: 2}\n${USERS}${HEADERS}`);
  await using web = await startWeb(ok, { webConfigFile });
  const answers = [
    await ask(web.port),
    await ask(web.port, { headers: ALICE }),
    await ask(web.port, { headers: ALICE }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 200, 429]);
  expect(answers[2]).toEqual({ status: 429, headers: PLAIN, body: "Too Many Requests\n" });
});

test("who proves in another way who they are needs no user, and who does neither is refused", async () => {
  const webConfigFile = directory.write("admits.yml", USERS);
  const seen: (string | undefined)[] = [];
  await using web = await startWeb(
    (_, client) => {
      seen.push(client.isAuthenticated === true ? client.user : "not by the web configuration");
      return ok();
    },
    { webConfigFile, admits: async ({ headers }) => headers.get("authorization") === "Bearer good" },
  );
  const status = async (authorization?: string) =>
    (await ask(web.port, authorization === undefined ? {} : { headers: { Authorization: authorization } })).status;
  expect(await status()).toBe(401);
  expect(await status("Bearer bad")).toBe(401);
  expect(await status("Bearer good")).toBe(200);
  expect(await status(ALICE.Authorization)).toBe(200);
  expect(seen).toEqual(["not by the web configuration", "alice"]);
});
