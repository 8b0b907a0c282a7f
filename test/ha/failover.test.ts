import { expect, test } from "bun:test";
import postgres from "postgres";
import { getAlerts, getSilences, postAlerts, postSilence } from "../support/api.ts";
import { LocalPostgres, whyNoLocalPostgres } from "../support/postgres-local.ts";
import { startReplicas } from "../support/replicas.ts";
import type { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

const why = await whyNoLocalPostgres();
if (why !== undefined) console.warn(`skipped: the failover of Postgres, because ${why}`);

const config = (url: string) => hookConfig(url, { group_wait: "500ms", group_interval: "3s", repeat_interval: "1h" });

const firing = (alertname: string) => ({ labels: { alertname }, endsAt: fromNow(3_600_000) });

test.skipIf(why !== undefined)(
  "a standby that takes over without the last changes is told them by those who know, and nobody is told twice",
  async () => {
    const primary = await LocalPostgres.create();
    const standby = await primary.standby();
    try {
      const url = `postgres://postgres@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`;
      await using hook = new WebhookReceiver();
      await using replicas = await startReplicas({ config: config(hook.url), postgres: { url }, count: 2 });
      const [a, b] = replicas.members as [Server, Server];
      await postAlerts(a, firing("followed"));
      await eventually("it is told of", () => hook.requests.length === 1, { withinMs: 60_000 });

      const follower = postgres(standby.url("postgres"), { max: 1 });
      const followed = async () =>
        Number((await follower.unsafe("SELECT max(told_at) FROM alertmanager_plus.notification_log"))[0]?.["max"]);
      await eventually("the standby has that", async () => (await followed()) > 0, { withinMs: 60_000 });
      await follower.unsafe("ALTER SYSTEM SET primary_conninfo = ''");
      await follower.unsafe("SELECT pg_reload_conf()");
      await eventually(
        "the standby follows no more",
        async () => (await follower.unsafe("SELECT 1 FROM pg_stat_wal_receiver")).length === 0,
      );
      await postAlerts(a, firing("lost"));
      const silence = await postSilence(b, {
        matchers: [{ name: "alertname", value: "quiet", isRegex: false, isEqual: true }],
        startsAt: fromNow(0),
        endsAt: fromNow(600_000),
        createdBy: "tester",
        comment: "maintenance",
      });
      await eventually("the other one is told of too", () => hook.requests.length === 2, { withinMs: 60_000 });

      await primary.stop();
      await follower.unsafe("SELECT pg_promote()");
      const names = async () =>
        (await follower.unsafe("SELECT content FROM alertmanager_plus.alerts")).map((row) => String(row["content"]));
      await eventually("the new one has the alert", async () => (await names()).some((text) => text.includes("lost")), {
        withinMs: 60_000,
      });
      await postAlerts(b, firing("quiet"), firing("after"));
      await eventually(
        "what comes after is told of",
        () => hook.requests.some(({ message }) => message.groupLabels["alertname"] === "after"),
        {
          withinMs: 60_000,
        },
      );

      for (const server of [a, b]) {
        await eventually("all is known everywhere", async () => (await getAlerts(server)).length === 4, {
          withinMs: 60_000,
        });
        expect((await getSilences(server)).map(({ id }) => id)).toEqual([silence]);
      }
      const told = hook.requests.map(({ message }) => message.groupLabels["alertname"]);
      expect(told.toSorted()).toEqual(["after", "followed", "lost"]);
      await follower.end({ timeout: 0 });
    } finally {
      await standby.remove();
      await primary.remove();
    }
  },
  120_000,
);
