import { expect, test } from "bun:test";
import { metric, postAlerts } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => `
route:
  receiver: hook
  group_by: []
  group_wait: 400ms
  group_interval: 2s
  repeat_interval: 10m
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;

const loads = (server: Server) => server.log().split("Completed loading of configuration file").length - 1;

/** Reloads as an operator's sidecar does; gives when it was done, in ms of performance.now(). */
async function reloadBySignal(server: Server): Promise<number> {
  const before = loads(server);
  server.signal("SIGHUP");
  await eventually("the configuration is loaded again", () => loads(server) > before, { everyMs: 5 });
  return performance.now();
}

test.concurrent(
  "after the start nothing is sent before the start delay; after a reload the delay does not count again",
  async () => {
    await using hook = new WebhookReceiver();
    const started = performance.now();
    await using server = await startServer({ config: config(hook.url), args: ["--dispatch.start-delay=2s"] });
    const ready = performance.now();

    // The first is older than group_wait, so without the delay it would be sent at once.
    await postAlerts(server, { labels: { alertname: "one" }, startsAt: fromNow(-100_000) });
    await postAlerts(server, { labels: { alertname: "two" } });
    const first = await hook.take();
    expect(alertLines(first.message)).toEqual(["firing alertname=one", "firing alertname=two"]);
    expect(first.at - started).toBeGreaterThan(2_000);
    expect(first.at - ready).toBeLessThan(3_900);

    // A notification still under way would be broken off by the reload and sent again.
    await eventually("the answer to the first has arrived", async () => {
      const count = await metric(server, "alertmanager_notification_latency_seconds_count", { integration: "webhook" });
      return count === 1;
    });
    // The group starts over at the reload: it is looked at once (nothing new), then one group interval later.
    const reloaded = await reloadBySignal(server);
    await pause(200);
    await postAlerts(server, { labels: { alertname: "three" }, startsAt: fromNow(-100_000) });
    await postAlerts(server, { labels: { alertname: "four" } });
    const second = await hook.take();
    expect(alertLines(second.message)).toEqual(
      ["four", "one", "three", "two"].map((name) => `firing alertname=${name}`),
    );
    expect(second.at - reloaded).toBeGreaterThan(1_600);
    expect(second.at - reloaded).toBeLessThan(3_900);
  },
  60_000,
);

test.concurrent(
  "a reload starts the groups' timers over and repeats nothing",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });

    await postAlerts(server, { labels: { alertname: "one" } });
    const first = await hook.take();
    await pause(700);
    const reloaded = await reloadBySignal(server);
    await pause(200);
    await postAlerts(server, { labels: { alertname: "two" } });

    const second = await hook.take();
    expect(alertLines(first.message)).toEqual(["firing alertname=one"]);
    expect(alertLines(second.message)).toEqual(["firing alertname=one", "firing alertname=two"]);
    // Counted from the first notification it would be 1.3 s.
    expect(second.at - reloaded).toBeGreaterThan(1_600);
    expect(second.at - reloaded).toBeLessThan(3_900);
  },
  60_000,
);
