import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSqliteStorage } from "../../src/store/sqlite/index.ts";
import { expireSilence, getSilences, metric, postAlerts, postSilence, request } from "../support/api.ts";
import { createHangingDisk } from "../support/hanging-disk.ts";
import { freePort } from "../support/port.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { Server } from "../support/server.ts";
import { fillPostgres, fillSqlite, firstOf, type Storm } from "../support/storm.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const DAY = 86_400_000;
const config = (url: string, secret = "s3cret-one") => `
route: { receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 500ms }
receivers:
  - name: hook
    webhook_configs: [{ url: "${url}", http_config: { authorization: { credentials: ${secret} } } }]
`;

interface Event {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly change: string;
  readonly fingerprint: string | null;
  readonly labels: Record<string, string> | null;
  readonly receiver: string | null;
  readonly integration: string | null;
  readonly actor: { readonly name: string } | null;
  readonly detail: Record<string, unknown>;
  readonly replica: string | null;
}

async function serverWith(text: string, plus: string, database?: TestPostgres): Promise<Server> {
  const env: Record<string, string> = database === undefined ? {} : { ALERTMANAGER_POSTGRES_URL: database.url };
  const server = new Server({ config: text, args: ["--plus.config.file=plus.yml"], env }, await freePort());
  writeFileSync(join(server.directory, "plus.yml"), plus);
  return server;
}

const plusApi = "/api/plus/v1";
async function history(server: Server, query = ""): Promise<Event[]> {
  const { status, text } = await request(server, "GET", `${plusApi}/history?limit=1000&${query}`);
  if (status !== 200) throw new Error(text);
  return (JSON.parse(text) as { items: Event[] }).items;
}
const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
const shown = (events: readonly Event[]) => events.map(({ kind, change }) => `${kind} ${change}`);

async function withDatabase(kind: string, work: (database: TestPostgres | undefined) => Promise<void>): Promise<void> {
  if (kind === "SQLite") return work(undefined);
  await using database = await startPostgres();
  await work(database);
}

for (const kind of ["SQLite", "Postgres"]) {
  describe(`on ${kind}`, () => {
    test(
      "what happened is found by matchers, time and kind, exported, and still there after a kill -9",
      () =>
        withDatabase(kind, async (database) => {
          await using hook = new WebhookReceiver();
          await using server = await serverWith(config(hook.url), "", database);
          await server.start();
          const labels = { alertname: "Disk", instance: "a" };
          await postAlerts(
            server,
            { labels, endsAt: fromNow(DAY) },
            { labels: { alertname: "CPU" }, endsAt: fromNow(DAY) },
          );
          await eventually("both are told", async () => (await history(server, "kind=notification")).length === 2);
          const silence = {
            matchers: [{ name: "alertname", value: "Disk", isRegex: false, isEqual: true }],
            startsAt: fromNow(0),
            endsAt: fromNow(DAY),
            createdBy: "ann",
            comment: "first",
          };
          const id = await postSilence(server, silence);
          // With another start, which the server may have moved to its own now, it would become another silence.
          const [{ startsAt } = silence] = await getSilences(server);
          expect(await postSilence(server, { ...silence, id, startsAt, comment: "second" })).toBe(id);
          await eventually("the alert is silenced", async () =>
            shown(await history(server, filter('instance="a"'))).includes("verdict silenced"),
          );
          await expireSilence(server, id);
          await postAlerts(server, { labels, endsAt: fromNow(0) });
          await eventually("its end is told", async () => {
            const told = shown(await history(server, filter('instance="a"')));
            return (
              told.filter((one) => one === "notification delivered").length === 2 && told.includes("alert resolved")
            );
          });

          const all = await history(server);
          const disk = shown(await history(server, filter('alertname=~"Di.+"')));
          expect(disk.toReversed()).toEqual([
            "alert firing",
            "notification delivered",
            "verdict silenced",
            ...disk.toReversed().slice(3),
          ]);
          expect(disk.filter((one) => one === "alert resolved")).toHaveLength(1);
          const silences = (await history(server, "kind=silence&order=asc")).map(({ change, actor, detail }) => {
            const { before, after } = detail as Record<string, { comment?: string } | null>;
            return [change, actor?.name, before?.comment, after?.comment];
          });
          expect(silences.slice(0, 2)).toEqual([
            ["created", "ann", undefined, "first"],
            ["updated", "ann", "first", "second"],
          ]);
          expect(silences[2]?.[0]).toBe("expired");
          expect(await history(server, `from=${fromNow(-2 * DAY)}&to=${fromNow(-DAY)}`)).toEqual([]);
          const fingerprint = all.find(({ labels: of }) => of?.["instance"] === "a")?.fingerprint as string;
          const timeline = await request(server, "GET", `${plusApi}/history/alert/${fingerprint}`);
          expect(shown((JSON.parse(timeline.text) as { items: Event[] }).items)).toEqual(disk);

          const exported = await request(server, "GET", `${plusApi}/history/export`);
          const lines = exported.text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as Event);
          expect(lines.slice(-all.length)).toEqual(await history(server));

          await server.kill();
          await server.start();
          const kept = new Set((await history(server)).map((one) => one.id));
          expect(all.filter((one) => !kept.has(one.id))).toEqual([]);
        }),
      120_000,
    );

    test(
      "a reload is kept with what it changed, without secrets, and a failed one with why",
      () =>
        withDatabase(kind, async (database) => {
          await using hook = new WebhookReceiver();
          await using server = await serverWith(config(hook.url), "", database);
          await server.start();
          writeFileSync(server.configFile, config(hook.url, "s3cret-two").replace("500ms", "700ms"));
          expect((await request(server, "POST", "/-/reload")).status).toBe(200);
          writeFileSync(server.configFile, "route: {}");
          expect((await request(server, "POST", "/-/reload")).status).toBe(500);
          const reloads = await eventually("both are kept", async () => {
            const found = await history(server, "kind=reload&order=asc");
            return found.length === 3 ? found : undefined;
          });
          // The database's clock, which all servers follow, may set ours back by some ms.
          expect(shown(reloads).toSorted()).toEqual(["reload failed", "reload succeeded", "reload succeeded"]);
          const changed = reloads.find(({ detail }) => detail["diff"] !== "");
          expect(changed?.detail["diff"]).toContain("-  group_interval: 500ms\n+  group_interval: 700ms\n");
          expect(JSON.stringify(reloads)).not.toContain("s3cret");
          expect(reloads.find(({ change }) => change === "failed")?.detail["error"]).toContain(
            "root route must specify",
          );
        }),
      120_000,
    );

    test(
      "a week of a storm of a million changes is searched and counted",
      () =>
        withDatabase(kind, async (database) => {
          const to = Date.now();
          const storm: Storm = { changes: 1_000_000, alerts: 10_000, from: to - 7 * DAY, to };
          const limits = "history: { retention: 60d, max_size: 100GiB }\n";
          await using server = await serverWith("route: { receiver: n }\nreceivers: [{ name: n }]\n", limits, database);
          if (database === undefined) {
            const storage = await createSqliteStorage({ directory: server.storagePath, historyMaxBytes: 1e13 });
            await storage.commit({ history: firstOf(storm) });
            await storage.close();
            const db = new Database(join(server.storagePath, "history.db"));
            fillSqlite(db, storm);
            db.close();
            await server.start();
          } else {
            const { createPostgresStorage } = await import("../../src/store/postgres/index.ts");
            const { settingsFor } = await import("../../src/store/postgres/postgres-fixtures.ts");
            const settings = settingsFor(database.url, { schema: "alertmanager_plus" });
            const storage = await createPostgresStorage({ settings, historyMaxBytes: 1e13 });
            await storage.load();
            await storage.commit({ history: firstOf(storm) });
            await fillPostgres(database, "alertmanager_plus", storm);
            await storage.close();
            await server.start();
          }
          await history(server, "kind=silence");
          const began = performance.now();
          const found = await history(
            server,
            `from=${new Date(storm.from).toISOString()}&${filter('alertname="Alert7",severity="critical"')}`,
          );
          expect(performance.now() - began).toBeLessThan(10_000);
          expect(found).toHaveLength(1000);
          expect(new Set(found.map(({ labels }) => labels?.["alertname"]))).toEqual(new Set(["Alert7"]));
          const stats = await request(
            server,
            "GET",
            `${plusApi}/history/stats?from=${new Date(storm.from).toISOString()}&step=1d`,
          );
          const { total, top, flapping } = JSON.parse(stats.text) as {
            total: Record<string, number>;
            top: unknown[];
            flapping: unknown[];
          };
          expect((total["firing"] as number) + (total["resolved"] as number)).toBeGreaterThan(999_000);
          expect([total["alerts"], top.length, flapping.length]).toEqual([10_000, 20, 20]);
        }),
      120_000,
    );
  });
}

test("what a disk that hangs does not take is dropped and counted, and nothing waits for it", async () => {
  await using server = await serverWith("route: { receiver: n, group_by: ['...'] }\nreceivers: [{ name: n }]\n", "");
  const disk = createHangingDisk(server.storagePath);
  if (typeof disk === "string") {
    console.log(`hanging-disk: not run, ${disk}`);
    return;
  }
  try {
    await server.start();
    disk.hang();
    for (let part = 0; part < 3; part++) {
      const labels = (i: number) => ({ alertname: `A${part}-${i}` });
      const many = Array.from({ length: 25_000 }, (_, i) => ({ labels: labels(i), endsAt: fromNow(DAY) }));
      void request(server, "POST", "/api/v2/alerts", many, { withinMs: 40_000 }).catch(() => undefined);
    }
    await eventually(
      "what is too much is dropped",
      async () => ((await metric(server, "alertmanager_plus_history_dropped_total")) ?? 0) > 1000,
      { withinMs: 40_000 },
    );
    expect((await request(server, "GET", "/-/healthy", undefined, { withinMs: 5_000 })).status).toBe(200);
  } finally {
    disk.goOn();
    if (server.isRunning) await server.kill();
    disk[Symbol.dispose]();
  }
}, 120_000);
