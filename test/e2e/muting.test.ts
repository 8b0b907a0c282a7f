import { expect, test } from "bun:test";
import { getAlerts, getGroups, metric, postAlerts, request } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

// An interval that says nothing always holds; one in a year gone by never does.
const config = (url: string, routeKey: string, interval: "always" | "never") => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 500ms
  repeat_interval: 1h
  routes:
    - matchers: [team="a"]
      receiver: hook
      ${routeKey}: [${interval}]
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
time_intervals:
  - name: always
    time_intervals: [{}]
  - name: never
    time_intervals: [{ years: ["2020"] }]
`;

test.concurrent.each([
  ["mute_time_intervals", "always", "mute_time_interval"],
  ["active_time_intervals", "never", "active_time_interval"],
] as const)(
  "a route with %s: [%s] notifies nothing, says why, and makes up for it when the time is over",
  async (routeKey, interval, reason) => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, routeKey, interval) });
    await postAlerts(
      server,
      { labels: { alertname: "test", team: "a" } },
      { labels: { alertname: "test", team: "b" } },
    );
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test team=b"]);
    expect(await hook.untaken(1_200)).toEqual([]);
    expect(await metric(server, "alertmanager_notifications_suppressed_total", { reason })).toBeGreaterThan(0);

    const muted = (await getGroups(server)).flatMap(({ alerts }) => alerts).find(({ labels }) => labels.team === "a");
    expect(muted?.status).toEqual({ state: "suppressed", silencedBy: [], inhibitedBy: [], mutedBy: [interval] });
    expect(
      (await getGroups(server, { muted: "false" })).flatMap(({ alerts }) => alerts.map(({ labels }) => labels.team)),
    ).toEqual(["b"]);
    // Muting is a matter of the group: the alert itself is active.
    expect((await getAlerts(server)).map(({ status }) => status.state)).toEqual(["active", "active"]);

    server.writeConfig(config(hook.url, routeKey, interval === "always" ? "never" : "always"));
    expect((await request(server, "POST", "/-/reload")).status).toBe(200);
    expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test team=a"]);
    await eventually("nothing is muted", async () =>
      (await getGroups(server)).every(({ alerts }) => alerts.every(({ status }) => status.mutedBy.length === 0)),
    );
  },
  60_000,
);
