import { afterEach, describe, expect, test } from "bun:test";
import { StorageError } from "../../core/interfaces/storage.ts";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import { ELSEWHERE, SharedDocuments, startAccess, type AccessServer, type AskOptions } from "./access-harness.ts";
import { hashOf } from "./secret-text.ts";

const running: AccessServer[] = [];

afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

const start: typeof startAccess = async (...args) => {
  const server = await startAccess(...args);
  running.push(server);
  return server;
};

const TOKENS = { ingest: "i", viewer: "v", responder: "r", admin: "a" } as const;
const text = (letter: string) => `amp_${letter.repeat(2)}${"0".repeat(62)}`;
const declared = Object.entries(TOKENS)
  .map(([role, letter]) => `    - {name: ${role}, role: ${role}, hash: ${hashOf(text(letter))}}`)
  .join("\n");
const settings = (more = "") => `access:\n  enabled: true\n${more}  tokens:\n${declared}\n`;

const SILENCE = {
  matchers: [{ name: "team", value: "db", isRegex: false }],
  startsAt: "2026-01-01T00:00:00Z",
  endsAt: "2096-01-01T00:00:00Z",
  createdBy: "me",
  comment: "x",
};

describe("who may do what", () => {
  const ALERTS: [string, string, AskOptions] = ["POST", "/api/v2/alerts", { json: [{ labels: { alertname: "a" } }] }];
  const rows: [string, string, AskOptions, Record<string, number>][] = [
    ["GET", "/api/v2/status", {}, { none: 200, ingest: 403, viewer: 200, responder: 200, admin: 200 }],
    ["GET", "/api/v2/alerts", {}, { none: 200, ingest: 403, viewer: 200, responder: 200, admin: 200 }],
    [...ALERTS, { none: 200, ingest: 200, viewer: 200, responder: 200, admin: 200 }],
    [
      "POST",
      "/api/v2/silences",
      { json: SILENCE },
      { none: 401, ingest: 403, viewer: 403, responder: 200, admin: 200 },
    ],
    ["DELETE", "/api/v2/silence/x", {}, { none: 401, ingest: 403, viewer: 403, responder: 422, admin: 422 }],
    ["POST", "/-/reload", {}, { none: 401, ingest: 403, viewer: 403, responder: 403, admin: 200 }],
    ["GET", "/api/plus/v1/health", {}, { none: 200, ingest: 403, viewer: 200, responder: 200, admin: 200 }],
    ["GET", "/api/plus/v1/openapi.json", {}, { none: 200, ingest: 403, viewer: 200, responder: 200, admin: 200 }],
    ["GET", "/api/plus/v1/tokens", {}, { none: 401, ingest: 403, viewer: 403, responder: 403, admin: 200 }],
    ["GET", "/api/plus/v1/me", {}, { none: 200, ingest: 200, viewer: 200, responder: 200, admin: 200 }],
    ["GET", "/-/healthy", {}, { none: 200, ingest: 200 }],
    ["GET", "/metrics", {}, { none: 200, ingest: 200 }],
    ["GET", "/", {}, { none: 200, ingest: 200 }],
  ];

  test.each(rows)("%s %s", async (method, path, options, expected) => {
    const { ask } = await start(settings());
    for (const [role, status] of Object.entries(expected)) {
      const letter = TOKENS[role as keyof typeof TOKENS];
      const token = letter === undefined ? {} : { token: text(letter) };
      expect([role, (await ask(method, path, { ...options, ...token })).status]).toEqual([role, status]);
    }
  });

  test("nobody who has not proved who they are, where that is wanted", async () => {
    const { ask } = await start(settings("  anonymous: none\n  ingest: token\n"));
    expect((await ask("GET", "/api/v2/status")).status).toBe(401);
    expect((await ask("GET", "/api/plus/v1/health")).status).toBe(401);
    expect((await ask(...ALERTS)).status).toBe(401);
    expect((await ask("POST", "/api/v2/alerts", { ...ALERTS[2], token: text("i") })).status).toBe(200);
    expect((await ask("POST", "/api/v2/alerts", { ...ALERTS[2], token: text("v") })).status).toBe(403);
    expect((await ask("GET", "/-/ready")).status).toBe(200);
    expect((await ask("GET", "/api/plus/v1/me")).body).toMatchObject({ via: "nobody", role: null, access: "on" });
  });

  test("anybody, with access off", async () => {
    const { ask, configure } = await start(settings("  anonymous: none\n"));
    configure("access: {enabled: false}");
    expect((await ask("POST", "/api/v2/silences", { json: SILENCE })).status).toBe(200);
    expect((await ask("POST", "/-/reload")).status).toBe(200);
    expect((await ask("GET", "/api/plus/v1/me", { token: "nonsense" })).body).toMatchObject({
      access: "off",
      role: "responder",
    });
  });
});

describe("a user or a certificate", () => {
  const users = "  users:\n    ann: {role: admin}\n    db.example: {role: responder, silences: ['team=\"db\"']}\n";
  test.each([
    ["of the file", { user: "ann" }, { name: "ann", via: "basic auth", role: "admin" }],
    ["that the file does not name", { user: "bob" }, { name: "bob", via: "basic auth", role: "viewer" }],
    [
      "with one of its names in the file",
      { certificateNames: ["x", "db.example"] },
      { name: "db.example", via: "certificate", role: "responder", silencePermissions: ['team="db"'] },
    ],
    ["with none", { certificateNames: ["x"] }, { name: "x", via: "certificate", role: "viewer" }],
  ])("%s", async (_, client, expected) => {
    const { ask } = await start(settings(users));
    const { body } = await ask("GET", "/api/plus/v1/me", { client: { address: "192.0.2.7", ...client } });
    expect(body).toMatchObject(expected);
  });

  test("a program on this machine has what the file lets it have, asked for by a name of this machine alone", async () => {
    const { ask, configure } = await start(settings("  local: admin\n"));
    const client = { address: "127.0.0.1" };
    const role = async (host: string, headers = {}) =>
      (await ask("GET", "/api/plus/v1/me", { client, host, headers })).body.role;
    expect(await role("localhost:9093")).toBe("admin");
    expect(await role("evil.example")).toBe("viewer");
    expect(await role("localhost:9093", { "X-Forwarded-For": "192.0.2.1" })).toBe("viewer");
    expect(await role("localhost:9093", { "Sec-Fetch-Site": "same-origin" })).toBe("viewer");
    configure(settings());
    expect(await role("localhost:9093")).toBe("viewer");
  });
});

describe("what a responder may silence", () => {
  const narrow = settings("").replace("name: responder, role: responder,", "$& silences: ['team=\"db\"'],");
  const post = (name: string, value: string, id = "") => ({
    json: { ...SILENCE, id, matchers: [{ name, value, isRegex: false }] },
  });

  test("is at least as narrow as a permission of theirs", async () => {
    const { ask } = await start(narrow);
    const token = text("r");
    expect((await ask("POST", "/api/v2/silences", { ...post("team", "db"), token })).status).toBe(200);
    const refused = await ask("POST", "/api/v2/silences", { ...post("team", "web"), token });
    expect(refused.status).toBe(403);
    expect(String(refused.body)).toContain('team="db"');
  });

  test("others' silences are neither ended nor put out of force by them", async () => {
    const { ask, engine } = await start(narrow);
    const { body } = await ask("POST", "/api/v2/silences", { ...post("team", "web"), token: text("a") });
    const id = String(body.silenceID);
    expect((await ask("DELETE", `/api/v2/silence/${id}`, { token: text("r") })).status).toBe(403);
    expect((await ask("POST", "/api/v2/silences", { ...post("team", "db", id), token: text("r") })).status).toBe(403);
    expect([...engine.silences()].map((silence) => silence.endsAt.ms > Date.now())).toEqual([true]);
    expect((await ask("DELETE", `/api/v2/silence/${id}`, { token: text("a") })).status).toBe(200);
  });
});

describe("a token", () => {
  const make = (server: AccessServer, more: object = {}) =>
    server.ask("POST", "/api/plus/v1/tokens", { token: text("a"), json: { name: "ci", role: "responder", ...more } });

  test("made over the API opens what its role opens, until it is revoked, and is told once", async () => {
    const server = await start(settings());
    const { ask } = server;
    const made = await make(server, { silenceMatchers: ['team="db"'] });
    expect(made.status).toBe(201);
    const token = String(made.body.token);
    expect(token).toMatch(/^amp_[0-9a-f]{64}$/);
    expect((await ask("GET", "/api/plus/v1/me", { token })).body).toMatchObject({
      name: "ci",
      via: "token",
      role: "responder",
      silencePermissions: ['team="db"'],
    });
    const listed = await ask("GET", "/api/plus/v1/tokens", { token: text("a") });
    expect(JSON.stringify(listed.body)).not.toContain(token);
    expect(JSON.stringify(listed.body)).not.toContain(hashOf(token));
    const { id } = made.body;
    expect((await ask("DELETE", `/api/plus/v1/tokens/${String(id)}`, { token: text("a") })).status).toBe(204);
    expect((await ask("GET", "/api/plus/v1/me", { token })).status).toBe(401);
    expect((await ask("GET", `/api/plus/v1/tokens/${String(id)}`, { token: text("a") })).status).toBe(404);
  });

  test("ends at its time", async () => {
    const server = await start(settings());
    const expiresAt = new Date(server.clock.now() + 60_000).toISOString();
    const { body } = await make(server, { expiresAt });
    const token = String(body.token);
    expect((await server.ask("GET", "/api/plus/v1/me", { token })).status).toBe(200);
    await server.clock.advance(60_000);
    const late = await server.ask("GET", "/api/plus/v1/me", { token });
    expect(late.status).toBe(401);
    expect(late.body.detail).toBe("the token ci has expired");
    expect(late.headers.get("www-authenticate")).toBe('Bearer realm="alertmanager"');
  });

  test("lasts 90 days unless told, or for ever where that is said", async () => {
    const server = await start(settings());
    const { body } = await make(server);
    expect(Date.parse(String(body.expiresAt)) - server.clock.now()).toBe(90 * 86_400_000);
    expect((await make(server, { name: "for ever", expiresAt: null })).status).toBe(400);
    expect((await make(server, { name: "for-ever", expiresAt: null })).body.expiresAt).toBeNull();
  });

  test("revoked on one server is revoked on the others, and one made there is known at once", async () => {
    const documents = new SharedDocuments();
    const clock = new ManualClock();
    const one = await start(settings(), documents, clock);
    const two = await start(settings(), documents, clock);
    const { body } = await make(one);
    const token = String(body.token);
    expect((await two.ask("GET", "/api/plus/v1/me", { token })).status).toBe(200);
    await one.ask("DELETE", `/api/plus/v1/tokens/${String(body.id)}`, { token: text("a") });
    two.view.catchUp();
    expect((await two.ask("GET", "/api/plus/v1/me", { token })).status).toBe(401);
  });

  test("whose use is noted costs no write each time", async () => {
    const server = await start(settings());
    const before = server.view.writes;
    for (let i = 0; i < 100; i++) await server.ask("GET", "/api/v2/status", { token: text("v") });
    expect(server.view.writes - before).toBe(1);
    await server.clock.advance(11 * 60_000);
    await server.ask("GET", "/api/v2/status", { token: text("v") });
    expect(server.view.writes - before).toBe(2);
    const { body } = await server.ask("GET", "/api/plus/v1/tokens", { token: text("a") });
    const used = (body.items as { name: string; lastUsedAt: string }[]).find(({ name }) => name === "viewer");
    expect(used?.lastUsedAt).toBe(new Date(server.clock.now()).toISOString());
  });

  test.each<[string, object, string]>([
    ["without a role", { role: undefined }, "role: is missing"],
    ["of an unknown role", { role: "root" }, "role: expected one of ingest, viewer, responder, admin"],
    ["that has ended already", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt: expected a time to come"],
    ["with nonsense for a permission", { silenceMatchers: ["{"] }, "silenceMatchers[0]: "],
    ["with a permission for everything", { silenceMatchers: ["{}"] }, 'silenceMatchers[0]: "{}" holds no matcher'],
    ["with permissions it has no use for", { role: "viewer", silenceMatchers: ["a=b"] }, "silenceMatchers: they limit"],
    ["with nonsense for a name", { name: "a b" }, 'name: "a b" is not allowed'],
    ["with a name that is taken", { name: "admin" }, "there is a token named admin already"],
  ])("%s is not made", async (_, more, message) => {
    const server = await start(settings());
    const { status, body } = await make(server, more);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(String(body.detail)).toStartWith(message);
    expect(server.access.tokens.list().length).toBe(4);
  });

  test("of the file is not revoked over the API", async () => {
    const server = await start(settings());
    const id = server.access.tokens.list()[0]?.id;
    const { status, body } = await server.ask("DELETE", `/api/plus/v1/tokens/${String(id)}`, { token: text("a") });
    expect([status, body.detail]).toEqual([
      409,
      "the token ingest is given in the server's file: take it out there, and reload",
    ]);
  });

  test("that cannot be stored is not made, one whose removal cannot be stored stays", async () => {
    const server = await start(settings());
    const { body } = await make(server);
    server.view.failure = new StorageError("full", "no room");
    expect((await make(server, { name: "other" })).status).toBe(503);
    expect((await server.ask("DELETE", `/api/plus/v1/tokens/${String(body.id)}`, { token: text("a") })).status).toBe(
      503,
    );
    expect((await server.ask("GET", "/api/plus/v1/me", { token: String(body.token) })).status).toBe(200);
  });

  test("in a URL is refused", async () => {
    const { ask } = await start(settings());
    for (const path of [`/api/v2/alerts?access_token=${text("a")}`, `/api/plus/v1/me?token=${text("a")}`]) {
      const { status, body } = await ask("GET", path);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain("a token does not belong in a URL");
      expect(JSON.stringify(body)).not.toContain(text("a"));
    }
  });

  test("that is none is refused, counted and told of, never shown; too many of them are put off", async () => {
    const { ask, metrics, lines, clock } = await start(settings());
    const guess = (letter: string) => ask("GET", "/api/v2/status", { token: text(letter) });
    const first = await guess("x");
    expect([first.status, first.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="alertmanager"']);
    for (let i = 0; i < 9; i++) expect((await guess(String(i))).status).toBe(401);
    const late = await guess("z");
    expect([late.status, late.headers.get("retry-after")]).toEqual([429, "6"]);
    expect(metrics.refused.with("token").value).toBe(11);
    expect(lines.filter((line) => line.includes("a token that is none")).length).toBe(10);
    expect(lines.join("")).not.toContain("amp_");
    // Whoever has one is not kept out by others at the same address.
    expect((await ask("GET", "/api/v2/status", { token: text("v") })).status).toBe(200);
    await clock.advance(6000);
    expect((await guess("z")).status).toBe(401);
    expect((await guess("z")).status).toBe(429);
  });
});

describe("a browser", () => {
  async function login(server: AccessServer, letter = "r", options: AskOptions = {}) {
    const answer = await server.ask("POST", "/api/plus/v1/session", { json: { token: text(letter) }, ...options });
    const header = answer.headers.get("set-cookie") ?? "";
    return { status: answer.status, header, cookie: header.split(";")[0] ?? "" };
  }
  const OWN = { Origin: "http://am.example", "Sec-Fetch-Site": "same-origin" };
  const FOREIGN = { Origin: "http://evil.example", "Sec-Fetch-Site": "cross-site" };

  test("logs in with a token and out again", async () => {
    const server = await start(settings());
    const { ask } = server;
    const { status, header, cookie } = await login(server);
    expect(status).toBe(204);
    expect(header).toMatch(/^alertmanager_session=[0-9a-f]{64}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect((await ask("GET", "/api/plus/v1/me", { cookie })).body).toMatchObject({ name: "responder", via: "session" });
    expect((await ask("POST", "/api/v2/silences", { cookie, headers: OWN, json: SILENCE })).status).toBe(200);
    const out = await ask("DELETE", "/api/plus/v1/session", { cookie, headers: OWN });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([
      204,
      "alertmanager_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict",
    ]);
    expect((await ask("GET", "/api/plus/v1/me", { cookie })).body).toMatchObject({ via: "nobody", role: "viewer" });
    expect((await ask("POST", "/api/v2/silences", { cookie, headers: OWN, json: SILENCE })).status).toBe(401);
  });

  test("keeps its cookie to encrypted connections where it has one", async () => {
    const server = await start(settings());
    expect((await login(server, "r", { headers: { "X-Forwarded-Proto": "https" } })).header).toEndWith("; Secure");
    expect((await login(server, "r", { client: { address: "192.0.2.7", isEncrypted: true } })).header).toEndWith(
      "; Secure",
    );
  });

  test("does not log in with nothing, with what may only send alerts, or where nobody has to", async () => {
    const server = await start(settings());
    expect((await login(server, "x")).status).toBe(401);
    expect((await login(server, "i")).status).toBe(403);
    expect((await login(server, "r", { headers: FOREIGN })).status).toBe(403);
    server.configure("access: {}");
    expect((await login(server)).status).toBe(409);
  });

  test("is logged out by its time, by the end of its token, and where the file has another one of its name", async () => {
    const server = await start(settings());
    const via = async (cookie: string) => (await server.ask("GET", "/api/plus/v1/me", { cookie })).body.via;
    const { cookie } = await login(server);
    await server.clock.advance(12 * 3_600_000 - 1);
    expect(await via(cookie)).toBe("session");
    await server.clock.advance(1);
    expect(await via(cookie)).toBe("nobody");

    const again = await login(server);
    server.configure(settings().replace(hashOf(text("r")), hashOf(text("q"))));
    expect(await via(again.cookie)).toBe("nobody");
  });

  test("is logged out everywhere when its token is revoked", async () => {
    const documents = new SharedDocuments();
    const clock = new ManualClock();
    const one = await start(settings(), documents, clock);
    const two = await start(settings(), documents, clock);
    const made = await one.ask("POST", "/api/plus/v1/tokens", {
      token: text("a"),
      json: { name: "ui", role: "admin" },
    });
    const json = { token: made.body.token };
    const { cookie } = await login(one, "a", { json });
    expect((await two.ask("GET", "/api/plus/v1/me", { cookie })).body).toMatchObject({ name: "ui", via: "session" });
    await one.ask("DELETE", `/api/plus/v1/tokens/${String(made.body.id)}`, { token: text("a") });
    two.view.catchUp();
    expect((await two.ask("GET", "/api/plus/v1/me", { cookie })).body).toMatchObject({ via: "nobody" });
  });

  test("with a cookie that is forged is nobody", async () => {
    const server = await start(settings());
    const { cookie } = await login(server, "a");
    const forged = `${cookie.slice(0, -1)}${cookie.endsWith("0") ? "1" : "0"}`;
    for (const one of [forged, "alertmanager_session=", `alertmanager_session=${hashOf(cookie.split("=")[1] ?? "")}`]) {
      expect((await server.ask("GET", "/api/plus/v1/me", { cookie: one })).body).toMatchObject({ via: "nobody" });
      expect((await server.ask("POST", "/-/reload", { cookie: one, headers: OWN })).status).toBe(401);
    }
  });

  test("shows other sites nothing and does nothing for them", async () => {
    const server = await start(settings("  anonymous: responder\n"));
    const { cookie } = await login(server, "a");
    for (const [method, path, json] of [
      ["GET", "/api/v2/alerts", undefined],
      ["POST", "/api/v2/silences", SILENCE],
      ["POST", "/api/v2/alerts", [{ labels: { a: "b" } }]],
      ["POST", "/-/reload", undefined],
      ["GET", "/api/plus/v1/tokens", undefined],
      ["POST", "/api/plus/v1/tokens", { name: "x", role: "admin" }],
      ["DELETE", "/api/plus/v1/session", undefined],
    ] as const) {
      const options = json === undefined ? {} : { json };
      const answer = await server.ask(method, path, { cookie, headers: FOREIGN, ...options });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
      if (path.startsWith("/api/plus")) expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    // Without a cookie either, though everybody may: it would be asked for by whoever sees the page.
    const anonymous = await server.ask("POST", "/api/v2/silences", { headers: FOREIGN, json: SILENCE });
    expect(anonymous.status).toBe(403);
    expect(
      (await server.ask("GET", "/api/v2/alerts", { headers: FOREIGN })).headers.get("access-control-allow-origin"),
    ).toBe("*");
  });

  test("that logs in anew has one session, and does so ten times in a row at most", async () => {
    const server = await start(settings());
    let { cookie } = await login(server);
    for (let i = 1; i < 10; i++) ({ cookie } = await login(server, "r", { headers: { ...OWN, Cookie: cookie } }));
    expect((await login(server, "r", { headers: { ...OWN, Cookie: cookie } })).status).toBe(429);
    expect(server.view.list("session").length).toBe(1);
    expect((await login(server, "v")).status).toBe(204);
  });

  test("is one of 20 of its token at most", async () => {
    const server = await start(settings());
    const first = await login(server);
    for (let i = 0; i < 20; i++) {
      await server.clock.advance(6000);
      expect((await login(server)).status).toBe(204);
    }
    expect((await server.ask("GET", "/api/plus/v1/me", { cookie: first.cookie })).body.via).toBe("nobody");
    expect(server.view.list("session").length).toBe(20);
  });
});

describe("for the record", () => {
  test("everything that is changed is told of with who had it done, and nothing that was sent", async () => {
    const { ask, happened, lines } = await start(settings());
    const made = await ask("POST", "/api/plus/v1/tokens", { token: text("a"), json: { name: "ci", role: "viewer" } });
    await ask("POST", "/api/v2/silences", { token: text("r"), json: SILENCE });
    await ask("POST", "/-/reload", { token: text("a") });
    await ask("DELETE", `/api/plus/v1/tokens/${String(made.body.id)}`, { token: text("a") });
    await ask("POST", "/-/reload", { token: text("v") });
    await ask("GET", "/api/v2/alerts", { token: text("v") });

    const told = happened.flatMap((one) =>
      one.kind === "access" ? [`${one.actor?.name} ${one.change} ${one.subject}`] : [],
    );
    expect(told).toEqual([
      "admin token_created ci",
      "admin request POST /api/plus/v1/tokens",
      "responder request POST /api/v2/silences",
      "admin request POST /-/reload",
      "admin token_revoked ci",
      "admin request DELETE /api/plus/v1/tokens/:id",
    ]);
    expect(JSON.stringify(happened)).not.toContain("amp_");
    expect(lines.join("")).not.toContain("amp_");
    expect(lines.filter((line) => line.includes("Changed over the API")).length).toBe(4);
    expect(lines.find((line) => line.includes("/api/v2/silences"))).toContain("actor=responder via=token");
  });
});

test("settings that cannot be used change nothing", async () => {
  const { access, ask, configure } = await start(settings());
  const wrong = "access: {enabled: true, tokens: [{name: gone, role: admin, token_file: /nowhere}]}";
  expect(() => configure(wrong)).toThrow(/^access\.tokens: gone: token_file \/nowhere: /);
  expect(access.isOn).toBe(true);
  expect((await ask("GET", "/api/plus/v1/me", { token: text("a") })).status).toBe(200);
});

const NEVER = new AbortController().signal;

test("a stream of events ends for whoever may not be told any more", async () => {
  const server = await start(settings("  anonymous: none\n"));
  const made = await server.ask("POST", "/api/plus/v1/tokens", {
    token: text("a"),
    json: { name: "x", role: "viewer" },
  });
  const request = new Request("http://am.example/api/plus/v1/events", {
    headers: { Authorization: `Bearer ${String(made.body.token)}` },
  });
  const ending = server.access.ending(request, ELSEWHERE, await server.access.callerOf(request, ELSEWHERE), NEVER);
  await server.clock.advance(60_000);
  expect(ending.aborted).toBe(false);
  await server.ask("DELETE", `/api/plus/v1/tokens/${String(made.body.id)}`, { token: text("a") });
  await server.clock.advance(1000);
  expect(ending.aborted).toBe(true);
});

test("a stream of events ends with the session, though everybody may look", async () => {
  const server = await start(settings());
  const login = await server.ask("POST", "/api/plus/v1/session", { json: { token: text("a") } });
  const Cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const request = new Request("http://am.example/api/plus/v1/events", { headers: { Cookie } });
  const caller = await server.access.callerOf(request, ELSEWHERE);
  expect(caller).toMatchObject({ via: "session", role: "admin" });
  const ending = server.access.ending(request, ELSEWHERE, caller, NEVER);
  await server.clock.advance(5000);
  expect(ending.aborted).toBe(false);
  await server.ask("DELETE", "/api/plus/v1/session", { cookie: Cookie });
  await server.clock.advance(1000);
  expect(ending.aborted).toBe(true);
});

test("whoever was told of events is not asked for again once their stream has ended", async () => {
  const server = await start(settings());
  const login = await server.ask("POST", "/api/plus/v1/session", { json: { token: text("a") } });
  const Cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  // Of a connection that goes on.
  const request = new Request("http://am.example/api/plus/v1/events", { headers: { Cookie } });
  const over = new AbortController();
  const caller = await server.access.callerOf(request, ELSEWHERE);
  const ending = server.access.ending(request, ELSEWHERE, caller, over.signal);
  await server.clock.advance(5000);
  over.abort();
  await server.clock.advance(1000);
  await server.ask("DELETE", "/api/plus/v1/session", { cookie: Cookie });
  await server.clock.advance(5000);
  expect(ending.aborted).toBe(false);
});
