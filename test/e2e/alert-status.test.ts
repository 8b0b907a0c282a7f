import { expect, test } from "bun:test";
import { expireSilence, getAlerts, postAlerts, postSilence, type GettableAlert } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => `
route:
  receiver: hook
  group_by: []
  group_wait: 200ms
  group_interval: 10m
  repeat_interval: 1h
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
inhibit_rules:
  - source_match: { severity: critical }
    target_match: { severity: warning }
    equal: [alertname]
`;

const bySeverity = (alerts: readonly GettableAlert[], severity: string): GettableAlert => {
  const found = alerts.find((alert) => alert.labels.severity === severity);
  if (found === undefined) throw new Error(`no alert with severity ${severity}`);
  return found;
};

test.concurrent(
  "an alert's status is that of now, not that of its group's last tick",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    const alert = (severity: string) => ({ labels: { alertname: "test1", severity }, endsAt: fromNow(300_000) });

    await postAlerts(server, alert("warning"));
    const plain = bySeverity(await getAlerts(server), "warning");
    expect(plain.status).toEqual({ state: "active", silencedBy: [], inhibitedBy: [], mutedBy: [] });

    // From here on the group's next tick is ten minutes away.
    await hook.take();
    const silenceID = await postSilence(server, {
      matchers: [{ name: "alertname", value: "test1", isRegex: false, isEqual: true }],
      startsAt: fromNow(0),
      endsAt: fromNow(300_000),
      createdBy: "tester",
      comment: "maintenance",
    });
    const silenced = bySeverity(await getAlerts(server), "warning");
    expect(silenced.status).toEqual({ state: "suppressed", silencedBy: [silenceID], inhibitedBy: [], mutedBy: [] });

    await postAlerts(server, alert("critical"));
    const two = await getAlerts(server);
    const critical = bySeverity(two, "critical");
    expect(critical.status).toEqual({ state: "suppressed", silencedBy: [silenceID], inhibitedBy: [], mutedBy: [] });
    expect(bySeverity(two, "warning").status).toEqual({
      state: "suppressed",
      silencedBy: [silenceID],
      inhibitedBy: [critical.fingerprint],
      mutedBy: [],
    });

    await expireSilence(server, silenceID);
    const last = await getAlerts(server);
    expect(bySeverity(last, "critical").status.state).toBe("active");
    expect(bySeverity(last, "warning").status).toEqual({
      state: "suppressed",
      silencedBy: [],
      inhibitedBy: [critical.fingerprint],
      mutedBy: [],
    });
  },
  60_000,
);

test.concurrent(
  "filters given together must all match",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });

    await postAlerts(
      server,
      { labels: { alertname: "test1", severity: "warning" }, endsAt: fromNow(300_000) },
      { labels: { system: "foo", severity: "critical" }, endsAt: fromNow(300_000) },
    );
    const found = await getAlerts(server, { filter: ["alertname=test1", "severity=warning"] });
    expect(found.map(({ labels, status }) => [labels, status.state])).toEqual([
      [{ alertname: "test1", severity: "warning" }, "active"],
    ]);
    expect(await getAlerts(server, { filter: ["alertname=test1", "severity=critical"] })).toEqual([]);
  },
  60_000,
);
