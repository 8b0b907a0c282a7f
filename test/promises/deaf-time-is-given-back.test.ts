import { expect, test } from "bun:test";
import { getAlerts, postAlerts, type Target } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { pause } from "../support/wait.ts";
import { hookConfig, WebhookReceiver } from "../support/webhook.ts";

// A moved endsAt is stored within this time, so this is also how far back "when we went deaf" may be remembered.
const STORED_WITHIN_MS = 5_000;

const endings: readonly [string, (server: Server) => Promise<unknown>][] = [
  ["SIGTERM", (server) => server.stop()],
  ["SIGKILL", (server) => server.kill()],
];

async function endsAtOf(target: Target, alertname: string): Promise<number> {
  const [alert] = await getAlerts(target, { filter: `alertname=${alertname}` });
  if (alert === undefined) throw new Error(`${alertname} is not there`);
  return Date.parse(alert.endsAt);
}

test.concurrent.each(endings)(
  "after %s and a start, an endsAt that lay ahead is later by the time the server was away",
  async (_, end) => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: hookConfig(hook.url) });
    const endsAt = fromNow(3_000);
    await postAlerts(
      server,
      { labels: { alertname: "ahead" }, endsAt },
      { labels: { alertname: "behind" }, startsAt: fromNow(-60_000), endsAt: fromNow(-1_000) },
    );

    const down = Date.now();
    await end(server);
    const gone = Date.now();
    await pause(4_000);
    await server.start();
    const up = Date.now();
    const given = (await endsAtOf(server, "ahead")) - Date.parse(endsAt);
    expect(given).toBeGreaterThanOrEqual(4_000);
    expect(given).toBeLessThanOrEqual(up - down + STORED_WITHIN_MS);
    expect(gone - down).toBeLessThan(10_000);
    // What had ended before is not brought back.
    expect((await getAlerts(server)).map(({ labels }) => labels.alertname)).toEqual(["ahead"]);
  },
  60_000,
);

test.concurrent(
  "a restart longer than an alert has left does not resolve it, if Prometheus still sends it",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: hookConfig(hook.url) });
    const startsAt = fromNow(0);
    // As Prometheus does: the endsAt is a few sending periods ahead and moves on with every send.
    const send = () => postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: fromNow(2_500) });

    await send();
    expect((await hook.take()).message.status).toBe("firing");
    // Until the outcome of the send is stored too.
    await pause(300);
    await server.kill();
    await pause(4_000);
    await server.start();
    await pause(800);
    for (let time = 0; time < 4; time++) {
      await send();
      await pause(800);
    }
    expect((await hook.untaken(0)).map(({ message }) => message.status)).toEqual([]);
    expect(await getAlerts(server)).toHaveLength(1);
  },
  60_000,
);

test.concurrent(
  "an endsAt that moved is stored within five seconds",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: hookConfig(hook.url) });
    const startsAt = fromNow(0);
    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: fromNow(60_000) });
    const moved = fromNow(120_000);
    await postAlerts(server, { labels: { alertname: "test" }, startsAt, endsAt: moved });
    await pause(STORED_WITHIN_MS + 300);
    await server.kill();
    await server.start();
    expect(await endsAtOf(server, "test")).toBeGreaterThanOrEqual(Date.parse(moved));
  },
  60_000,
);
