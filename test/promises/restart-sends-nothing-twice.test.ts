import { expect, test } from "bun:test";
import { getAlerts, postAlerts } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (urls: readonly string[], repeatInterval: string) => `
route:
  receiver: hooks
  group_by: [alertname]
  group_wait: 300ms
  group_interval: 600ms
  repeat_interval: ${repeatInterval}
receivers:
  - name: hooks
    webhook_configs:
${urls.map((url) => `      - url: ${url}`).join("\n")}
`;

const endings: readonly [string, (server: Server) => Promise<unknown>][] = [
  ["SIGTERM", (server) => server.stop()],
  ["SIGKILL", (server) => server.kill()],
];

test.concurrent.each(endings)(
  "after %s and a start, what was sent is not sent again, and news of the same groups is",
  async (_, end) => {
    await using one = new WebhookReceiver();
    await using two = new WebhookReceiver();
    await using server = await startServer({ config: config([one.url, two.url], "1h") });
    const names = ["a", "b", "c", "d"];
    const alert = (alertname: string, n: string) => ({ labels: { alertname, n }, endsAt: fromNow(3_600_000) });

    await postAlerts(server, ...names.flatMap((name) => [alert(name, "1"), alert(name, "2")]));
    for (const hook of [one, two]) {
      const groups: string[] = [];
      for (const _name of names) groups.push(alertLines((await hook.take()).message).join(", "));
      expect(groups.sort()).toEqual(names.map((name) => `firing alertname=${name} n=1, firing alertname=${name} n=2`));
    }
    // Delivery is exactly once only when the outcome has been stored, which is a moment after the answer.
    await pause(2_000);

    await end(server);
    await server.start();
    expect(await getAlerts(server)).toHaveLength(8);
    expect((await one.untaken(2_000)).map(({ message }) => alertLines(message))).toEqual([]);
    expect((await two.untaken(0)).map(({ message }) => alertLines(message))).toEqual([]);

    await postAlerts(server, alert("b", "3"));
    for (const hook of [one, two]) {
      const { message } = await hook.take();
      expect(alertLines(message)).toEqual(["1", "2", "3"].map((n) => `firing alertname=b n=${n}`));
      expect(message.notification_reason).toBe("new alerts added");
    }
  },
  60_000,
);

test.concurrent.each(endings)(
  "after %s and a start, the repeat interval is counted from the last send, not from the start",
  async (_, end) => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config([hook.url], "8s") });

    await postAlerts(server, { labels: { alertname: "test" }, endsAt: fromNow(3_600_000) });
    const first = await hook.take();
    await pause(5_000);
    await end(server);
    const ended = performance.now();
    await server.start();
    const second = await hook.take();
    expect(second.message.notification_reason).toBe("repeat interval elapsed");
    expect(second.at - first.at).toBeGreaterThan(7_000);
    expect(second.at - ended).toBeLessThan(7_950);
  },
  60_000,
);
