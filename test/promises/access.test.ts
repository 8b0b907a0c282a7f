import { describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeCertificates } from "../../src/api/web/web-harness.ts";
import { metric, request, type Target } from "../support/api.ts";
import { startCluster } from "../support/cluster.ts";
import { freePort } from "../support/port.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import { run } from "../support/run.ts";
import { program, Server, startServer } from "../support/server.ts";
import { silenceOf } from "../support/silences.ts";
import { eventually } from "../support/wait.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
const API = "/api/plus/v1";

const ROOT = newToken();
const VIEWER = newToken();
const DB = newToken();

const plus = `
access:
  enabled: true
  users: {ann: {role: responder}}
  tokens:
    - {name: root, role: admin, hash: ${sha256(ROOT)}}
    - {name: grafana, role: viewer, hash: ${sha256(VIEWER)}}
    - {name: db, role: responder, hash: ${sha256(DB)}, silences: ['team="db"']}
`;

// The password is "letmein", at bcrypt's lowest cost.
const web = `basic_auth_users: {ann: "${Bun.password.hashSync("letmein", { algorithm: "bcrypt", cost: 4 })}"}\n`;
const ANN = { Authorization: `Basic ${btoa("ann:letmein")}` };

function newToken(): string {
  return `amp_${randomBytes(32).toString("hex")}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

function directory(files: Readonly<Record<string, string>>) {
  const path = mkdtempSync(join(tmpdir(), "access-test-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { at: (name: string) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

const silence = (team: string) => silenceOf("team", team);

interface Made {
  readonly id: string;
  readonly token: string;
}

async function make(server: Target, name: string, role: string): Promise<Made> {
  const { status, text } = await request(server, "POST", `${API}/tokens`, { name, role }, bearer(ROOT));
  expect([status, text]).toEqual([201, expect.any(String)]);
  return JSON.parse(text) as Made;
}

async function me(server: Target, headers: Record<string, string>): Promise<Record<string, unknown>> {
  return JSON.parse((await request(server, "GET", `${API}/me`, undefined, { headers })).text) as Record<
    string,
    unknown
  >;
}

async function login(server: Target, token: string): Promise<string> {
  const answer = await request(server, "POST", `${API}/session`, { token });
  expect(answer.status).toBe(204);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

describe.concurrent("access", () => {
  test("is off unless turned on, and asks nobody for anything then", async () => {
    await using server = await startServer({ config });
    expect((await request(server, "POST", "/api/v2/silences", silence("web"))).status).toBe(200);
    expect((await request(server, "POST", "/-/reload")).status).toBe(200);
    expect(await me(server, {})).toMatchObject({ access: "off" });
  }, 60_000);

  test("turned on, lets everybody look and send alerts, and change only what their token is for", async () => {
    using files = directory({ "plus.yml": plus });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const silences = (team: string, token?: string) =>
      request(server, "POST", "/api/v2/silences", silence(team), token === undefined ? {} : bearer(token));

    expect((await request(server, "GET", "/api/v2/alerts")).status).toBe(200);
    expect((await request(server, "POST", "/api/v2/alerts", [{ labels: { alertname: "a" } }])).status).toBe(200);
    expect((await silences("db")).status).toBe(401);
    expect((await silences("db", VIEWER)).status).toBe(403);
    expect((await silences("web", DB)).status).toBe(403);
    expect((await silences("db", DB)).status).toBe(200);
    expect((await request(server, "POST", "/-/reload", undefined, bearer(DB))).status).toBe(403);
    expect((await request(server, "POST", "/-/reload", undefined, bearer(ROOT))).status).toBe(200);
    expect((await request(server, "GET", `${API}/backup`)).status).toBe(401);
    expect((await request(server, "GET", `${API}/backup`, undefined, bearer(ROOT))).status).toBe(200);
    expect((await request(server, "GET", "/-/healthy")).status).toBe(200);
    expect(await metric(server, "alertmanager_plus_access_refused_total", { reason: "role" })).toBe(4);
    expect(server.log()).toMatch(/Changed over the API.* actor=db via=token what="POST \/api\/v2\/silences"/);
  }, 60_000);

  test("holds a responder to what they may silence, whichever way they go about it", async () => {
    using files = directory({ "plus.yml": plus });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const ask = async (method: string, path: string, body: unknown, token = DB) => {
      const { status, text } = await request(server, method, path, body, bearer(token));
      return { status, text };
    };
    const alerts = ["db", "web"].map((team) => ({ labels: { alertname: "a", team } }));
    expect((await ask("POST", "/api/v2/alerts", alerts)).status).toBe(200);
    const { text } = await ask("POST", "/api/v2/silences", silence("web"), ROOT);
    const { silenceID: others } = JSON.parse(text) as { silenceID: string };

    const plain = { comment: "x", endsAt: silence("web").endsAt };
    expect((await ask("POST", `${API}/silences`, { ...plain, matchers: 'team="web"' })).status).toBe(403);
    expect((await ask("POST", `${API}/silences`, { ...plain, matchers: 'team=~"d.*"' })).status).toBe(403);
    expect((await ask("POST", `${API}/silences`, { ...plain, id: others, matchers: 'team="db"' })).status).toBe(403);
    expect((await ask("POST", `${API}/silences`, { ...plain, matchers: 'team="db",alertname="a"' })).status).toBe(201);
    expect((await ask("DELETE", `${API}/silences/${others}`, undefined)).status).toBe(403);
    expect((await ask("POST", `${API}/silences/expire`, { ids: [others] })).text).toContain('"ok":false');
    const schedule = (team: string) => ({
      name: team,
      matchers: `team="${team}"`,
      comment: "x",
      timeZone: "UTC",
      cron: { expression: "0 2 * * 6", duration: "1h" },
    });
    expect((await ask("POST", `${API}/silences/schedules`, schedule("web"))).status).toBe(403);
    expect((await ask("POST", `${API}/silences/schedules`, schedule("db"))).status).toBe(201);
    const acknowledged = await ask("POST", `${API}/acknowledgements`, { filter: ['alertname="a"'] });
    const { results } = JSON.parse(acknowledged.text) as { results: { error: string | null }[] };
    expect(results.filter(({ error }) => error === null)).toHaveLength(1);

    const state = await ask("GET", `/api/v2/silence/${others}`, undefined);
    expect(JSON.parse(state.text)).toMatchObject({ status: { state: "active" } });
  }, 60_000);

  test("asks for the role that each endpoint of its document names", async () => {
    const responder = newToken();
    const more = `    - {name: responder, role: responder, hash: ${sha256(responder)}}\n`;
    using files = directory({ "plus.yml": plus.replace("enabled: true", "enabled: true\n  anonymous: none") + more });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const { text } = await request(server, "GET", `${API}/openapi.json`, undefined, bearer(VIEWER));
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { "x-role": string }>> };
    const lesser: Record<string, readonly (string | undefined)[]> = {
      nobody: [],
      viewer: [undefined],
      responder: [undefined, VIEWER],
      admin: [undefined, VIEWER, responder],
    };
    let refused = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { "x-role": role }] of Object.entries(operations)) {
        for (const token of lesser[role] as readonly (string | undefined)[]) {
          const url = API + path.replaceAll(/\{\w+\}/g, "x");
          const shown = token === undefined ? {} : bearer(token);
          const { status } = await request(server, method.toUpperCase(), url, undefined, shown);
          expect([method, path, status]).toEqual([method, path, token === undefined ? 401 : 403]);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(40);
  }, 60_000);

  test("keeps tokens and sessions through a crash, and what is revoked stays revoked", async () => {
    using files = directory({ "plus.yml": plus });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const [kept, revoked] = [await make(server, "kept", "responder"), await make(server, "revoked", "admin")];
    const cookie = await login(server, kept.token);
    expect((await request(server, "DELETE", `${API}/tokens/${revoked.id}`, undefined, bearer(ROOT))).status).toBe(204);
    await server.kill();
    await server.start();

    expect(await me(server, bearer(kept.token).headers)).toMatchObject({ name: "kept", role: "responder" });
    expect(await me(server, { Cookie: cookie })).toMatchObject({ name: "kept", via: "session" });
    expect((await request(server, "GET", `${API}/me`, undefined, bearer(revoked.token))).status).toBe(401);
    // As they are now: a server that runs takes files away when it has nothing to do.
    await server.kill();
    const seen = readdirSync(server.storagePath).map((name) => readFileSync(join(server.storagePath, name), "latin1"));
    for (const secret of [kept.token, revoked.token, cookie.split("=")[1] as string]) {
      expect(seen.some((content) => content.includes(secret))).toBe(false);
      expect(server.log()).not.toContain(secret);
    }
  }, 60_000);

  test("a token serves in place of a user of the web configuration, where access is on", async () => {
    using files = directory({ "plus.yml": plus, "web.yml": web });
    const args = [`--plus.config.file=${files.at("plus.yml")}`, `--web.config.file=${files.at("web.yml")}`];
    await using server = new Server({ config, args }, await freePort());
    server.spawn();
    await eventually("the server answers", async () => (await request(server, "GET", "/-/ready")).status === 401);
    const status = async (path: string, headers: Record<string, string>) =>
      (await request(server, "GET", path, undefined, { headers })).status;

    expect(await status("/api/v2/status", {})).toBe(401);
    expect(await status("/metrics", {})).toBe(401);
    expect(await status("/metrics", bearer(newToken()).headers)).toBe(401);
    expect(await status("/metrics", { Cookie: "alertmanager_session=forged" })).toBe(401);
    expect(await status("/metrics", bearer(VIEWER).headers)).toBe(200);
    expect(await me(server, ANN)).toMatchObject({ name: "ann", via: "basic auth", role: "responder" });
    expect(await me(server, bearer(ROOT).headers)).toMatchObject({ name: "root", via: "token", role: "admin" });

    writeFileSync(files.at("plus.yml"), "access: {enabled: false}\n");
    expect((await request(server, "POST", "/-/reload", undefined, bearer(ROOT))).status).toBe(200);
    expect(await status("/api/v2/status", bearer(ROOT).headers)).toBe(401);
    expect(await status("/api/v2/status", ANN)).toBe(200);
  }, 60_000);

  test("a name in a client's certificate has the role the file gives it", async () => {
    using files = directory({
      "plus.yml": "access: {enabled: true, anonymous: none, users: {client.example: {role: admin}}}\n",
      "web.yml":
        "tls_server_config: {cert_file: server.crt, key_file: server.key, client_ca_file: ca.crt, client_auth_type: VerifyClientCertIfGiven}\n",
    });
    await makeCertificates(files.at("."));
    const args = [`--plus.config.file=${files.at("plus.yml")}`, `--web.config.file=${files.at("web.yml")}`];
    await using server = new Server({ config, args }, await freePort());
    server.spawn();
    const curl = async (path: string, ...more: string[]) => {
      const url = `https://localhost:${server.port}${path}`;
      return (await run(["curl", "-s", "-w", " %{http_code}", "--cacert", files.at("ca.crt"), ...more, url])).stdout;
    };
    const shows = (name: string) => ["--cert", files.at(`${name}.crt`), "--key", files.at(`${name}.key`)];
    await eventually("the server answers", async () => (await curl("/-/ready")).endsWith(" 200"));

    expect(await curl(`${API}/me`, ...shows("client"))).toContain(
      '"name":"client.example","via":"certificate","role":"admin"',
    );
    expect(await curl(`${API}/me`, ...shows("nosan"))).toContain('"name":"nosan","via":"certificate","role":null');
    expect(await curl("/-/reload", "-X", "POST", ...shows("client"))).toBe(" 200");
    expect(await curl("/-/reload", "-X", "POST", ...shows("nosan"))).toEndWith(" 403");
    expect(await curl("/api/v2/status")).toEndWith(" 401");
  }, 60_000);

  test("a stream of events ends within a second once its token is revoked", async () => {
    using files = directory({ "plus.yml": plus });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const { id, token } = await make(server, "watcher", "viewer");
    const stream = await fetch(`${server.url}${API}/events`, { ...bearer(token), keepalive: false });
    expect(stream.status).toBe(200);
    const ended = stream.text().catch(() => "cut off");
    await request(server, "DELETE", `${API}/tokens/${id}`, undefined, bearer(ROOT));
    const revoked = performance.now();
    await ended;
    expect(performance.now() - revoked).toBeLessThan(5_000);
  }, 60_000);

  test("amtool shows a token as its HTTP configuration says", async () => {
    using files = directory({
      "plus.yml": plus,
      "http.yml": `authorization: {credentials: ${DB}}\n`,
      "viewer.yml": `authorization: {credentials: ${VIEWER}}\n`,
    });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const amtool = (file: string, ...args: string[]) =>
      run([
        join(dirname(program), "amtool"),
        `--alertmanager.url=${server.url}`,
        `--http.config.file=${files.at(file)}`,
        "silence",
        "add",
        "--comment=x",
        ...args,
      ]);
    expect((await amtool("http.yml", "team=db")).code).toBe(0);
    expect((await amtool("http.yml", "team=web")).code).not.toBe(0);
    const refused = await amtool("viewer.yml", "team=db");
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).not.toContain(VIEWER);
  }, 60_000);

  test("settings that are wrong keep the server from starting, and a reload from changing anything", async () => {
    using files = directory({ "plus.yml": plus });
    const args = [`--plus.config.file=${files.at("plus.yml")}`];
    await using server = await startServer({ config, args });
    for (const [wrong, message] of [
      [
        "access: {enabled: true, tokens: [{name: x, role: root, hash: no}]}",
        'access.tokens[0].role: "root" is none of',
      ],
      ["access: {enabled: true, tokens: [{name: x, role: admin, token_file: gone}]}", "token_file"],
    ] as const) {
      writeFileSync(files.at("plus.yml"), wrong);
      const { status, text } = await request(server, "POST", "/-/reload", undefined, bearer(ROOT));
      expect([status, text]).toEqual([500, expect.stringContaining(message)]);
      expect((await request(server, "POST", "/-/reload")).status).toBe(401);
    }
    await server.kill();
    server.spawn();
    expect(await server.exited()).toBe(1);
    expect(server.log()).toContain("token_file");
  }, 60_000);

  test("a page of another site gets nothing done with a browser's session", async () => {
    using files = directory({ "plus.yml": plus });
    await using server = await startServer({ config, args: [`--plus.config.file=${files.at("plus.yml")}`] });
    const cookie = await login(server, ROOT);
    const own = { Cookie: cookie, Origin: server.url };
    const foreign = { Cookie: cookie, Origin: "http://evil.example", "Sec-Fetch-Site": "cross-site" };

    expect((await request(server, "POST", "/-/reload", undefined, { headers: own })).status).toBe(200);
    expect((await request(server, "POST", "/-/reload", undefined, { headers: foreign })).status).toBe(403);
    for (const path of ["/api/v2/alerts", `${API}/tokens`, `${API}/me`]) {
      const answer = await request(server, "GET", path, undefined, { headers: foreign });
      expect([path, answer.status, answer.headers.get("access-control-allow-credentials")]).toEqual([path, 403, null]);
    }
    const body = { name: "x", role: "admin" };
    expect((await request(server, "POST", `${API}/tokens`, body, { headers: foreign })).status).toBe(403);
  }, 60_000);
});

describe("access on a shared database", () => {
  test("tokens and sessions of one server hold on all at once, and end on all within a second", async () => {
    using files = directory({ "plus.yml": plus });
    await using postgres = await startPostgres();
    const args = [`--plus.config.file=${files.at("plus.yml")}`];
    await using replicas = await startReplicas({ config, postgres, count: 2, args });
    const [one, two] = replicas.members as unknown as [Target, Target];
    const { id, token } = await make(one, "shared", "responder");
    // No pause: the other server looks before it refuses what it has not heard of.
    expect(await me(two, bearer(token).headers)).toMatchObject({ name: "shared", role: "responder" });
    const cookie = await login(two, token);
    expect(await me(one, { Cookie: cookie })).toMatchObject({ name: "shared", via: "session" });

    expect((await request(two, "DELETE", `${API}/tokens/${id}`, undefined, bearer(ROOT))).status).toBe(204);
    await eventually(
      "the token and its session have ended on the other server",
      async () =>
        (await request(one, "GET", `${API}/me`, undefined, bearer(token))).status === 401 &&
        (await me(one, { Cookie: cookie })).via === "nobody",
      { withinMs: 5_000, everyMs: 20 },
    );
    const stored = JSON.stringify(await postgres.psql("SELECT * FROM alertmanager_plus.documents"));
    expect(stored).toContain(sha256(token));
    expect(stored).not.toContain(token);
  }, 120_000);
});

test("with the database away tokens hold, and what is revoked meanwhile ends everywhere when it is back", async () => {
  using files = directory({ "plus.yml": plus });
  await using postgres = await startPostgres({ own: true });
  const args = [`--plus.config.file=${files.at("plus.yml")}`];
  await using replicas = await startReplicas({ config, postgres, count: 2, args });
  const [one, two] = replicas.members as unknown as [Target, Target];
  const [kept, revoked] = [await make(one, "kept", "viewer"), await make(one, "revoked", "viewer")];
  const status = async (server: Target, token: string) =>
    (await request(server, "GET", `${API}/me`, undefined, bearer(token))).status;
  expect([await status(two, kept.token), await status(two, revoked.token)]).toEqual([200, 200]);

  await postgres.stop();
  expect((await request(one, "DELETE", `${API}/tokens/${revoked.id}`, undefined, bearer(ROOT))).status).toBe(204);
  expect([await status(one, kept.token), await status(one, revoked.token)]).toEqual([200, 401]);
  expect(await status(two, kept.token)).toBe(200);

  await postgres.start();
  await eventually("the other server knows that it is revoked", async () => (await status(two, revoked.token)) >= 400);
  expect([await status(one, kept.token), await status(two, kept.token)]).toEqual([200, 200]);
}, 120_000);

test("tokens made on one server of a cluster hold on the others, and end on them within a second", async () => {
  using files = directory({ "plus.yml": plus });
  const args = () => [`--plus.config.file=${files.at("plus.yml")}`];
  await using cluster = await startCluster({ config, size: 2, peerTimeoutMs: 100, args });
  const [one, two] = cluster.members as unknown as [Target, Target];
  const { id, token } = await make(one, "shared", "responder");
  const status = async () => (await request(two, "GET", `${API}/me`, undefined, bearer(token))).status;
  await eventually("the other server knows the token", async () => (await status()) === 200, { withinMs: 5_000 });
  expect((await request(one, "DELETE", `${API}/tokens/${id}`, undefined, bearer(ROOT))).status).toBe(204);
  // 429 after many tries.
  await eventually("the other server knows that it is revoked", async () => (await status()) >= 400, {
    withinMs: 5_000,
  });
}, 60_000);
