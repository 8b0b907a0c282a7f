import { afterEach, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { startAPI } from "../../test/compat/api/engine-server.ts";
import { exchangeRaw, rawRequest } from "../../test/compat/api/raw-http.ts";
import type { APIOptions } from "./index.ts";
import { exposition } from "../metrics/exposition.ts";
import { openListeners } from "./web/index.ts";

const running: (() => Promise<void>)[] = [];

async function start(over: Partial<APIOptions> = {}) {
  const started = await startAPI(over);
  running.push(started.stop);
  const request = (method: string, path: string, init: RequestInit = {}) =>
    started.api.handle(new Request(`http://localhost${path}`, { ...init, method }));
  return { ...started, request };
}

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

function postAlerts(alerts: readonly object[]): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(alerts) };
}

/** Enough alerts for an answer that is streamed, and to its end. */
const MANY = Array.from({ length: 20_000 }, (_, i) => ({
  labels: { alertname: `A${i % 7}`, instance: `é${i}`, text: "x".repeat(400) },
}));

/** A body that is never read holds its place among the GETs being answered. */
async function hangingRead({ request }: Awaited<ReturnType<typeof start>>) {
  await request("POST", "/api/v2/alerts", postAlerts(MANY.slice(0, 1000)));
  const abort = new AbortController();
  const response = await request("GET", "/api/v2/alerts", { signal: abort.signal });
  return { response, goAway: () => abort.abort() };
}

test("the page at / may load nothing but what this server has", async () => {
  const { request } = await start();
  const response = await request("GET", "/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]+';/,
  );
  expect(await response.text()).not.toMatch(/(?:src|href)="(?:https?:|\/)/);
  const again = await request("GET", "/");
  expect(again.headers.get("content-security-policy")).not.toBe(response.headers.get("content-security-policy"));
});

test("of the web app there are only its own files", async () => {
  const { request } = await start();
  for (const path of ["/assets/", "/assets/none.js", "/assets/..%2findex.html", "/assets/x.html", "/assets/a/b.js"]) {
    expect((await request("GET", path)).status).toBe(404);
  }
});

test("a reload answers 200, or 500 with the reason", async () => {
  let reloads = 0;
  const { request } = await start({
    reload: async () => {
      if (++reloads > 1) throw new Error("yaml: line 1: nope");
    },
  });
  const first = await request("POST", "/-/reload");
  expect([first.status, await first.text()]).toEqual([200, ""]);
  const second = await request("POST", "/-/reload");
  expect([second.status, await second.text()]).toEqual([500, "failed to reload config: yaml: line 1: nope\n"]);
});

test("more GETs at a time than allowed are refused, but not the probes", async () => {
  const world = await start({ getConcurrency: 1 });
  const { response } = await hangingRead(world);
  const refused = await world.request("GET", "/api/v2/status");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await refused.text()).toBe("Limit of concurrent GET requests reached (1), try again later.\n\n");
  expect((await world.request("GET", "/metrics")).status).toBe(503);
  expect((await world.request("GET", "/-/healthy")).status).toBe(200);
  expect((await world.request("GET", "/-/ready")).status).toBe(200);
  expect((await world.request("POST", "/api/v2/alerts", postAlerts([]))).status).toBe(200);
  expect(world.metrics.http.concurrencyLimitExceeded.value).toBe(2);

  await response.text();
  expect((await world.request("GET", "/api/v2/status")).status).toBe(200);
  expect(world.metrics.http.requestsInFlight.value).toBe(0);
});

test("a client that goes away before it reads gives its place back", async () => {
  const world = await start({ getConcurrency: 1 });
  const { goAway } = await hangingRead(world);
  goAway();
  expect((await world.request("GET", "/api/v2/status")).status).toBe(200);
});

test("an answer that takes too long is replaced by 503", async () => {
  const { api, request } = await start({ timeout: 20, reload: () => new Promise(() => undefined) });
  const response = await request("POST", "/-/reload");
  expect([response.status, await response.text()]).toEqual([503, "Exceeded configured timeout of 20ms.\n"]);
  expect((await api.handle(new Request("http://localhost/-/healthy"))).status).toBe(200);
});

test("a long list is whole, in order, and the same as in pieces", async () => {
  const { request } = await start();
  for (let i = 0; i < MANY.length; i += 1000) {
    await request("POST", "/api/v2/alerts", postAlerts(MANY.slice(i, i + 1000)));
  }
  const text = await streamed(await request("GET", "/api/v2/alerts"));
  expect(text.endsWith("}]\n")).toBe(true);
  const alerts = JSON.parse(text) as { fingerprint: string; labels: Record<string, string> }[];
  expect(alerts.map((a) => a.labels["instance"]).sort()).toEqual(MANY.map((a) => a.labels.instance).sort());
  const fingerprints = alerts.map((a) => a.fingerprint);
  expect(fingerprints).toEqual(fingerprints.toSorted());

  const groups = JSON.parse(await streamed(await request("GET", "/api/v2/alerts/groups"))) as { alerts: unknown[] }[];
  expect(groups.map((group) => group.alerts.length).reduce((a, b) => a + b)).toBe(MANY.length);
  expect(groups.length).toBe(7);
});

test("a slow client gets the same bytes: no chunk is overwritten before it is sent", async () => {
  const { api, log, request } = await start();
  for (let i = 0; i < MANY.length; i += 1000) {
    await request("POST", "/api/v2/alerts", postAlerts(MANY.slice(i, i + 1000)));
  }
  const listeners = await openListeners({ addresses: ["127.0.0.1:0"], systemdSocket: false, webConfigFile: "", log });
  listeners.serve(api.handle);
  try {
    const port = listeners.addresses[0]?.port ?? 0;
    const expected = await (await fetch(`http://127.0.0.1:${port}/api/v2/alerts`)).text();
    expect(expected.length).toBeGreaterThan(9 * 1024 * 1024);
    const slow = await exchangeRaw("127.0.0.1", port, rawRequest("GET", "/api/v2/alerts", [], undefined), pausing);
    expect(slow?.body === expected).toBe(true);
  } finally {
    await listeners.stop(0);
  }
});

/** Lets the server's buffers fill up between any two reads. */
function pausing(socket: Socket): void {
  socket.pause();
  setImmediate(() => socket.resume());
}

/** Reads a body as a server does: each chunk is used before the next is asked for. */
async function streamed(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

test("a body over the limit is refused unread", async () => {
  const { request } = await start();
  const headers = { "Content-Type": "application/json", "Content-Length": "100000000" };
  const response = await request("POST", "/api/v2/alerts", { headers, body: "[]" });
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ code: 413, message: "request body is larger than 67108864 bytes" });
});

test("a body of too many values is refused, one of too many levels as upstream refuses it", async () => {
  const { request } = await start();
  const post = (path: string, body: string) =>
    request("POST", path, { headers: { "Content-Type": "application/json" }, body });
  const crowded = `[${"{},".repeat(4_000_000)}{}]`;
  for (const path of ["/api/v2/alerts", "/api/v2/silences"]) {
    const response = await post(path, crowded);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ code: 413, message: "request body has more than 4000000 values" });
  }
  const deep = await post("/api/v2/alerts", '{"a":['.repeat(1_000_000));
  expect(deep.status).toBe(400);
  expect(await deep.text()).toContain("invalid character '{' exceeded max depth");
});

test("a body of unknown length is read only up to the limit", async () => {
  const { request } = await start();
  let sent = 0;
  const chunk = new Uint8Array(1024 * 1024).fill(0x20);
  const body = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const response = await request("POST", "/api/v2/alerts", { headers: { "Content-Type": "application/json" }, body });
  expect(response.status).toBe(413);
  expect(sent).toBeLessThan(70 * 1024 * 1024);
});

test("requests are measured by the names upstream gives the paths", async () => {
  const { request, metrics } = await start({ routePrefix: "/am" });
  await request("GET", "/am/-/healthy");
  await request("GET", "/am/assets/x");
  await request("GET", "/am/api/v1/silence/x");
  await request("GET", "/am/api/v2/alerts/");
  await request("GET", "/am/api/v2/nope");
  await request("GET", "/am/api/v2/silence/a/b");
  await request("DELETE", "/am/api/v2/silence/x");
  await request("GET", "/am/nope");
  await request("POST", "/am/-/healthy");
  await request("GET", "/");
  const series = (name: string) =>
    [...exposition(metrics.families).matchAll(new RegExp(`^${name}_count(.*) 1$`, "gm"))].map(([, labels]) => labels);
  expect(series("alertmanager_http_request_duration_seconds")).toEqual([
    '{code="200",handler="/-/healthy",method="get"}',
    '{code="200",handler="/api/v2/alerts/",method="get"}',
    '{code="302",handler="/",method="get"}',
    '{code="404",handler="/api/v2/nope",method="get"}',
    '{code="404",handler="/api/v2/silence/{silenceID}",method="get"}',
    '{code="404",handler="/assets/*path",method="get"}',
    '{code="410",handler="/silence/:sid",method="get"}',
    '{code="422",handler="/api/v2/silence/{silenceID}",method="delete"}',
  ]);
  expect(series("alertmanager_http_response_size_bytes")).toEqual([
    '{handler="/",method="get"}',
    '{handler="/-/healthy",method="get"}',
    '{handler="/assets/*path",method="get"}',
    '{handler="/silence/:sid",method="get"}',
  ]);
});

test("scrapes: picked families, gzip, the escaping asked for", async () => {
  const { request } = await start();
  const scrape = (query: string, headers: Record<string, string> = {}) =>
    request("GET", `/metrics${query}`, { headers });
  const one = await scrape("?name[]=alertmanager_receivers");
  expect(await one.text()).toBe(
    "# HELP alertmanager_receivers Number of configured receivers.\n# TYPE alertmanager_receivers gauge\nalertmanager_receivers 0\n",
  );
  expect(await (await scrape("?name[]=nope")).text()).toBe("");
  const zipped = await scrape("", { "Accept-Encoding": "zstd, gzip" });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(Buffer.from(Bun.gunzipSync(await zipped.arrayBuffer())).toString()).toContain(
    "process_resident_memory_bytes ",
  );
  for (const encoding of ["", "zstd", "*", "gzip;q=0", "identity;q=0.5, gzip;q=0.4"]) {
    expect((await scrape("", { "Accept-Encoding": encoding })).headers.get("content-encoding")).toBeNull();
  }
  const type = async (accept: string) => (await scrape("", { Accept: accept })).headers.get("content-type");
  expect(await type("text/plain;version=0.0.4;escaping=allow-utf-8")).toBe(
    "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8",
  );
  expect(await type("text/plain;version=0.0.4;q=0.4,text/plain;version=1.0.0;escaping=dots;q=0.5")).toEndWith("=dots");
  expect(await type("text/plain;escaping=bogus")).toEndWith("=underscores");
});
