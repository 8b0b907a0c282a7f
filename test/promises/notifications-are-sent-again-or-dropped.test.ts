import { describe, expect, test } from "bun:test";
import { postAlerts, request, type Target } from "../support/api.ts";
import { explain } from "../support/explain.ts";
import { allPages, plus, type Page } from "../support/plus.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

interface Notification {
  readonly id: string;
  readonly key: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly state: "pending" | "unknown" | "failed" | "delivered" | "dropped";
  readonly attempts: number;
  readonly error: string | null;
  readonly lastAttempt: { readonly statusCode: number | null } | null;
  readonly firing: number;
}

const config = (url: string, interval: string) =>
  hookConfig(url, { group_wait: "0s", group_interval: interval, repeat_interval: "1h" });
const alert = (alertname: string, i = 0) => ({ labels: { alertname, i: String(i) } });

/** One server for itself, or two on one database. */
async function start(kind: string, text: string): Promise<{ all: readonly Target[] } & AsyncDisposable> {
  if (kind === "SQLite") {
    const server = await startServer({ config: text });
    return { all: [server], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  const postgres = await startPostgres();
  const replicas = await startReplicas({ config: text, postgres, count: 2 });
  return {
    all: replicas.members,
    async [Symbol.asyncDispose]() {
      await replicas[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    },
  };
}

const list = (server: Target, query = "") => allPages<Page<Notification>>(server, `/notifications${query}`);

/** A notification in a state, at whichever server knows of it. */
async function inState(all: readonly Target[], state: Notification["state"]) {
  return eventually(`one is ${state}`, async () => {
    for (const server of all) {
      const [one] = await list(server, `?state=${state}`);
      if (one !== undefined) return { server, one };
    }
    return undefined;
  });
}

const ask = (server: Target, method: string, id: string, rest = "", headers = {}) =>
  request(server, method, `/api/plus/v1/notifications/${id}${rest}`, undefined, { headers });

describe.each(["SQLite", "Postgres"])("on %s", (kind) => {
  test.concurrent(
    "one that failed is sent again when somebody says so, and one that was delivered only by force",
    async () => {
      await using webhook = new WebhookReceiver(() => new Response("no", { status: 400 }));
      await using servers = await start(kind, config(webhook.url, "1h"));
      await postAlerts(servers.all[0] as Target, alert("A"));
      await webhook.take();
      // Whoever is asked knows.
      await Promise.all(servers.all.map((each) => inState([each], "failed")));
      const { server, one } = await inState(servers.all.toReversed(), "failed");
      expect(one).toMatchObject({ groupLabels: { alertname: "A" }, attempts: 1, lastAttempt: { statusCode: 400 } });
      expect(one.error).toContain("400");

      webhook.answer = () => new Response();
      const refused = await ask(server, "POST", one.id, "/retry", { "X-Forwarded-For": "10.0.0.1" });
      expect(refused.status).toBe(403);
      expect((await ask(server, "POST", one.id, "/retry")).status).toBe(202);
      expect((await webhook.take()).message.alerts).toHaveLength(1);
      for (const each of servers.all) {
        await eventually("it is delivered", async () => (await list(each, "?state=delivered")).length === 1);
        await eventually("nothing is left", async () => (await list(each, "?state=failed")).length === 0);
      }

      const last = servers.all.at(-1) as Target;
      expect((await ask(last, "POST", one.id, "/retry")).status).toBe(409);
      expect((await ask(last, "DELETE", encodeURIComponent(one.key))).status).toBe(409);
      expect((await ask(last, "POST", one.id, "/retry?force=true")).status).toBe(202);
      expect((await webhook.take()).message.alerts).toHaveLength(1);
      expect(await webhook.untaken(1500)).toEqual([]);
      expect((await ask(last, "POST", "bm90aGluZw", "/retry")).status).toBe(404);
    },
    120_000,
  );

  test.concurrent(
    "one that was dropped is not tried again before there is something new",
    async () => {
      await using webhook = new WebhookReceiver(() => new Response("no", { status: 400 }));
      await using servers = await start(kind, config(webhook.url, "1s"));
      await postAlerts(servers.all[0] as Target, alert("A"));
      await webhook.take();
      await webhook.take();
      await eventually("it is dropped", async () => {
        const { server, one } = await inState(servers.all, "failed");
        return (await ask(server, "DELETE", one.id)).status === 204;
      });
      for (const each of servers.all) {
        await eventually("all know it is dropped", async () => (await list(each, "?state=dropped")).length === 1);
        expect((await list(each))[0]).toMatchObject({ state: "dropped", deliveredAt: null });
        const { verdict } = await explain(each, alert("A").labels);
        expect(verdict.summary).toContain("local let go of the notification of hook/webhook[0]");
      }
      await webhook.untaken(0);
      expect(await webhook.untaken(2500)).toEqual([]);

      webhook.answer = () => new Response();
      await postAlerts(servers.all[0] as Target, alert("A", 1));
      expect((await webhook.take()).message.alerts).toHaveLength(2);
      for (const each of servers.all) {
        await eventually("it is delivered", async () => (await list(each, "?state=delivered")).length === 1);
      }
    },
    120_000,
  );

  test.concurrent(
    "one that is being sent is left alone",
    async () => {
      const { promise: hang, resolve: end } = Promise.withResolvers<Response>();
      await using webhook = new WebhookReceiver(() => hang);
      await using servers = await start(kind, config(webhook.url, "1h"));
      await postAlerts(servers.all[0] as Target, alert("A"));
      await webhook.take();
      for (const each of servers.all) {
        const { one } = await inState([each], "pending");
        expect(one).toMatchObject({ firing: 1 });
        expect((await ask(each, "POST", one.id, "/retry")).status).toBe(409);
        expect((await ask(each, "DELETE", one.id)).status).toBe(409);
      }
      end(new Response());
      await Promise.all(servers.all.map((each) => inState([each], "delivered")));
      expect(await webhook.untaken(1000)).toEqual([]);
    },
    120_000,
  );
});

test.concurrent(
  "receivers say how they do, and lists come page by page",
  async () => {
    await using webhook = new WebhookReceiver((_, i) => new Response("", { status: i < 3 ? 400 : 200 }));
    await using server = await startServer({ config: config(webhook.url, "1h") });
    interface Receivers {
      items: { name: string; groups: number; routes: number; integrations: Record<string, unknown>[] }[];
    }
    expect((await plus<Receivers>(server, "/receivers")).items).toMatchObject([
      { name: "hook", groups: 0, routes: 1, integrations: [{ name: "webhook", index: 0, health: "unknown" }] },
    ]);
    for (const name of ["A", "B", "C"]) await postAlerts(server, alert(name));
    await eventually("they have failed", async () => (await list(server, "?state=failed&limit=1")).length === 3);
    expect((await plus<Receivers>(server, "/receivers")).items[0]?.integrations[0]).toMatchObject({
      health: "failing",
      sent: 0,
      failed: 3,
      errorRate: 1,
      lastError: expect.stringContaining("unexpected status code 400"),
    });
    await postAlerts(server, alert("D"));
    await eventually("one is delivered", async () => (await list(server, "?state=delivered")).length === 1);
    expect((await plus<Receivers>(server, "/receivers")).items[0]).toMatchObject({
      groups: 4,
      integrations: [{ health: "ok", sent: 1, failed: 3, errorRate: 0.75, sendResolved: true }],
    });
    const found = await list(server, '?filter=alertname=~"A|D"&limit=1');
    expect(found.map(({ groupLabels }) => groupLabels["alertname"]).toSorted()).toEqual(["A", "D"]);
    expect(await plus<object>(server, "/cluster")).toMatchObject({
      mode: "alone",
      members: [],
      store: { state: "ok" },
    });
  },
  120_000,
);
