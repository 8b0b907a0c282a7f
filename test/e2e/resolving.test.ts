import { expect, test } from "bun:test";
import { getAlerts, postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

test.concurrent(
  "an alert nobody sends any more is resolved after resolve_timeout",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({
      config: `
global:
  resolve_timeout: 1500ms
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 200ms
  group_interval: 500ms
receivers:
  - name: hook
    webhook_configs:
      - url: ${hook.url}
`,
    });
    const lines = (status: string) => ["v1", "v2", "v3"].map((value) => `${status} alertname=test lbl=${value}`);

    await postAlerts(server, ...["v1", "v2", "v3"].map((lbl) => ({ labels: { alertname: "test", lbl } })));
    const firing = await hook.take();
    expect(alertLines(firing.message)).toEqual(lines("firing"));
    for (const alert of firing.message.alerts) expect(alert.endsAt).toBe("0001-01-01T00:00:00Z");
    expect(await getAlerts(server)).toHaveLength(3);

    const resolved = await hook.take();
    expect(resolved.message.status).toBe("resolved");
    expect(alertLines(resolved.message)).toEqual(lines("resolved"));
    for (const alert of resolved.message.alerts) {
      expect(Date.parse(alert.endsAt) - Date.parse(alert.startsAt)).toBe(1_500);
    }
    expect(await getAlerts(server)).toEqual([]);
    expect(await hook.untaken(1_200)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "where send_resolved is off, resolved alerts are left out but remembered",
  async () => {
    await using all = new WebhookReceiver();
    await using firingOnly = new WebhookReceiver();
    await using server = await startServer({
      config: `
route:
  receiver: both
  group_by: [alertname]
  group_wait: 300ms
  group_interval: 700ms
receivers:
  - name: both
    webhook_configs:
      - url: ${all.url}
        send_resolved: true
      - url: ${firingOnly.url}
        send_resolved: false
`,
    });
    const startsAt = fromNow(0);
    const labels = (lbl: string) => ({ alertname: "test", lbl });
    const firing = (lbl: string) => ({ labels: labels(lbl), startsAt });
    const resolved = (lbl: string) => ({ labels: labels(lbl), startsAt, endsAt: fromNow(0) });

    await postAlerts(server, firing("v1"), firing("v2"));
    for (const hook of [all, firingOnly]) {
      expect(alertLines((await hook.take()).message)).toEqual([
        "firing alertname=test lbl=v1",
        "firing alertname=test lbl=v2",
      ]);
    }

    await postAlerts(server, resolved("v1"), firing("v3"));
    expect(alertLines((await all.take()).message).sort()).toEqual([
      "firing alertname=test lbl=v2",
      "firing alertname=test lbl=v3",
      "resolved alertname=test lbl=v1",
    ]);
    expect(alertLines((await firingOnly.take()).message)).toEqual([
      "firing alertname=test lbl=v2",
      "firing alertname=test lbl=v3",
    ]);

    // Only a resolution: news for the one, not for the other.
    await postAlerts(server, resolved("v2"));
    expect(alertLines((await all.take()).message).sort()).toEqual([
      "firing alertname=test lbl=v3",
      "resolved alertname=test lbl=v2",
    ]);
    expect(await firingOnly.untaken(900)).toEqual([]);

    // It knows that v1 was gone in between, so v1 firing again is news.
    await postAlerts(server, { labels: labels("v1"), startsAt: fromNow(0) });
    for (const hook of [all, firingOnly]) {
      expect(alertLines((await hook.take()).message)).toEqual([
        "firing alertname=test lbl=v1",
        "firing alertname=test lbl=v3",
      ]);
    }
  },
  60_000,
);
