import { expect, test } from "bun:test";
import { postAlerts, request, type Target } from "../support/api.ts";
import { startWithPlus, writePlus } from "../support/classification.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, hookConfig, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => hookConfig(url, { group_wait: "0s", group_interval: "200ms" });

interface Heartbeat {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly url: string | null;
  readonly lastError: string | null;
  readonly inFile: boolean;
}

async function heartbeats(server: Target): Promise<readonly Heartbeat[]> {
  const answer = await request(server, "GET", "/api/plus/v1/heartbeats");
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain("hush");
  return (JSON.parse(answer.text) as { items: Heartbeat[] }).items;
}

const MISSING = "HeartbeatMissing";
const watchdog = { labels: { alertname: "Watchdog" } };
const body = (over: object = {}) => ({
  name: "dog",
  kind: "expect",
  matchers: 'alertname="Watchdog"',
  every: "1s",
  grace: "1s",
  labels: { team: "a" },
  ...over,
});

/** What the hook is told of heartbeats, one line each. */
async function page(hook: WebhookReceiver, status: string, withinMs = 40_000): Promise<string> {
  const { message } = await hook.takeUntil(
    `is about a heartbeat that is ${status}`,
    ({ alerts }) => alerts.some((alert) => alert.labels["alertname"] === MISSING && alert.status === status),
    { withinMs },
  );
  return alertLines(message)[0] ?? "";
}

/** As Prometheus does. */
async function keepBeating(servers: readonly Server[], ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await postAlerts(servers[0] as Server, watchdog);
    await pause(250);
  }
}

test.concurrent(
  "a heartbeat in the file pages when it stays away, is resolved when it is back, and a restart raises nothing",
  async () => {
    await using hook = new WebhookReceiver();
    const plus = `heartbeats:\n- { name: dog, matchers: 'alertname="Watchdog"', every: 1s, grace: 5s }\n`;
    await using server = await startWithPlus({ config: config(hook.url), plus });
    await keepBeating([server], 3_000);
    // Down for longer than its period: we were deaf, it was not missing.
    await server.kill();
    await pause(7_000);
    await server.start();
    await keepBeating([server], 2_500);
    expect(hook.requests.some(({ body: text }) => text.includes(MISSING))).toBe(false);
    expect(await heartbeats(server)).toMatchObject([{ name: "dog", kind: "expect", state: "ok", inFile: true }]);

    expect(await page(hook, "firing")).toBe(`firing alertname=${MISSING} heartbeat=dog severity=critical`);
    expect(await heartbeats(server)).toMatchObject([{ state: "missing" }]);
    await server.kill();
    await server.start();
    expect(await heartbeats(server)).toMatchObject([{ state: "missing" }]);
    await postAlerts(server, watchdog);
    expect(await page(hook, "resolved")).toStartWith("resolved ");

    // Taken out of the file: nothing is raised any more.
    writePlus(server, "");
    expect((await request(server, "POST", "/-/reload")).status).toBe(200);
    expect(await heartbeats(server)).toEqual([]);
  },
  120_000,
);

test.concurrent(
  "heartbeats are made, changed and removed over the API, and are there after a kill",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startWithPlus({ config: config(hook.url), plus: "" });
    const ask = async (method: string, path: string, content: unknown, status: number) => {
      const answer = await request(server, method, `/api/plus/v1/heartbeats${path}`, content);
      expect({ status: answer.status, text: answer.status === status ? "" : answer.text }).toEqual({
        status,
        text: "",
      });
      return answer.text;
    };
    await ask("POST", "", body({ every: "1h" }), 201);
    await ask("POST", "", body(), 409);
    // Of those that come at the same time one is made.
    const same = Array.from({ length: 5 }, () =>
      request(server, "POST", "/api/plus/v1/heartbeats", body({ name: "same", every: "1h" })),
    );
    const statuses = (await Promise.all(same)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 409, 409, 409, 409]);
    await ask("DELETE", "/same", undefined, 204);
    expect(await ask("POST", "", body({ name: "x", matchers: "a=~(" }), 400)).toContain('"path":"matchers"');
    expect(await ask("POST", "", body({ name: "x", every: "soon" }), 400)).toContain("every: expected a duration");
    expect(
      await ask("POST", "", { name: "x", kind: "send", every: "1s", url: "http://me:hush@x/" }, 400),
    ).not.toContain("hush");
    await server.kill();
    await server.start();
    expect(await heartbeats(server)).toMatchObject([{ name: "dog", state: "never", inFile: false }]);
    await ask("PUT", "/dog", body(), 200);
    expect(await page(hook, "firing")).toBe(`firing alertname=${MISSING} heartbeat=dog team=a`);
    await ask("DELETE", "/dog", undefined, 204);
    expect(await page(hook, "resolved")).toStartWith("resolved ");
    await ask("GET", "/dog", undefined, 404);
  },
  120_000,
);

test.concurrent(
  "a heartbeat is sent while all is well, by admins' order only, and its URL stays secret",
  async () => {
    const calls: string[] = [];
    let status = 200;
    using outside = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(call) {
        calls.push(`${call.method} ${new URL(call.url).pathname}`);
        return new Response("", { status });
      },
    });
    await using hook = new WebhookReceiver(() => new Response("", { status: 400 }));
    await using server = await startWithPlus({ config: config(hook.url), plus: "" });
    const send = {
      name: "out",
      kind: "send",
      every: "1s",
      url: `http://127.0.0.1:${outside.port}/hush`,
      method: "POST",
    };
    const forwarded = { headers: { "X-Forwarded-For": "203.0.113.9" } };
    expect((await request(server, "POST", "/api/plus/v1/heartbeats", send, forwarded)).status).toBe(403);
    expect((await request(server, "POST", "/api/plus/v1/heartbeats", send)).status).toBe(201);
    await eventually("it is called twice", () => calls.length >= 2);
    expect(calls[0]).toBe("POST /hush");
    expect(await heartbeats(server)).toMatchObject([{ state: "ok", url: `http://127.0.0.1:${outside.port}/<secret>` }]);
    expect((await request(server, "DELETE", "/api/plus/v1/heartbeats/out", undefined, forwarded)).status).toBe(403);

    status = 500;
    await eventually("it fails", async () => (await heartbeats(server))[0]?.lastError === "answered 500");
    status = 200;
    await eventually("it is sent again", async () => (await heartbeats(server))[0]?.state === "ok");

    // A page that nobody takes: somebody outside has to notice.
    await postAlerts(server, { labels: { alertname: "Real" } });
    await hook.take();
    await eventually("it is withheld", async () =>
      (await heartbeats(server))[0]?.lastError?.startsWith("not called: notifications of hook/webhook[0] fail"),
    );
    const before = calls.length;
    await pause(2_500);
    expect(calls.length).toBe(before);
    expect(server.log()).not.toContain("hush");
  },
  120_000,
);

test("three servers on one Postgres raise one alert, whichever of them hears the heartbeat, and one of them calls", async () => {
  const calls: number[] = [];
  using outside = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch() {
      calls.push(performance.now());
      return new Response();
    },
  });
  await using hook = new WebhookReceiver();
  await using postgres = await startPostgres();
  await using replicas = await startReplicas({ config: config(hook.url), postgres, count: 3 });
  const [first, second, third] = replicas.members as [Server, Server, Server];
  const send = { name: "out", kind: "send", every: "2s", url: `http://127.0.0.1:${outside.port}/x` };
  expect((await request(second, "POST", "/api/plus/v1/heartbeats", send)).status).toBe(201);
  expect((await request(third, "POST", "/api/plus/v1/heartbeats", body({ every: "3s", grace: "6s" }))).status).toBe(
    201,
  );
  for (const server of replicas.members) {
    await eventually("it is known here", async () => (await heartbeats(server)).length === 2);
  }
  // Only one of them hears it.
  await keepBeating([third], 14_000);
  expect(hook.requests.some(({ body: text }) => text.includes(MISSING))).toBe(false);
  expect(calls.length).toBeWithin(2, 12);

  expect(await page(hook, "firing", 20_000)).toBe(`firing alertname=${MISSING} heartbeat=dog team=a`);
  // Whoever spoke for all is gone.
  await first.kill();
  await pause(4_000);
  expect((await hook.untaken(0)).filter(({ body: text }) => text.includes(MISSING))).toEqual([]);
  await postAlerts(third, watchdog);
  expect(await page(hook, "resolved", 40_000)).toStartWith("resolved ");
  const gone = calls.length;
  await eventually("another one calls", () => calls.length > gone, { withinMs: 40_000 });
  for (const server of [second, third]) {
    const shown = await request(server, "GET", "/api/v2/alerts?filter=alertname%3DHeartbeatMissing");
    expect((JSON.parse(shown.text) as unknown[]).length).toBeLessThanOrEqual(1);
  }
}, 180_000);
