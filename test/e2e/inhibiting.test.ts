import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string, rules: string) => `
route:
  receiver: hook
  group_by: []
  group_wait: 500ms
  group_interval: 500ms
  repeat_interval: 1ms
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
inhibit_rules:
${rules}
`;

const jobDownInhibitsInstanceDown = `
  - source_match:
      alertname: JobDown
    target_match:
      alertname: InstanceDown
    equal: [job, zone]
`;

const labels = (alertname: string, zone: string) => ({ alertname, job: "shop", zone });
const line = (status: string, alertname: string, zone: string) =>
  `${status} alertname=${alertname} job=shop zone=${zone}`;

test.concurrent(
  "an inhibited alert is left out, and is notified again once its inhibitor is resolved",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, jobDownInhibitsInstanceDown) });
    const startsAt = fromNow(0);

    await postAlerts(
      server,
      { labels: labels("Other", "aa"), startsAt },
      { labels: labels("InstanceDown", "aa"), startsAt },
      { labels: labels("InstanceDown", "ab"), startsAt },
    );
    expect(alertLines((await hook.take()).message).sort()).toEqual([
      line("firing", "InstanceDown", "aa"),
      line("firing", "InstanceDown", "ab"),
      line("firing", "Other", "aa"),
    ]);

    const sourceStartsAt = fromNow(0);
    await postAlerts(server, { labels: labels("JobDown", "aa"), startsAt: sourceStartsAt });
    const inhibited = await hook.takeUntil("has JobDown", (message) =>
      message.alerts.some((alert) => alert.labels.alertname === "JobDown"),
    );
    expect(alertLines(inhibited.message).sort()).toEqual([
      line("firing", "InstanceDown", "ab"),
      line("firing", "JobDown", "aa"),
      line("firing", "Other", "aa"),
    ]);

    await postAlerts(server, { labels: labels("JobDown", "aa"), startsAt: sourceStartsAt, endsAt: fromNow(0) });
    const released = await hook.takeUntil("has JobDown resolved", (message) =>
      alertLines(message).includes(line("resolved", "JobDown", "aa")),
    );
    expect(alertLines(released.message).sort()).toEqual([
      line("firing", "InstanceDown", "aa"),
      line("firing", "InstanceDown", "ab"),
      line("firing", "Other", "aa"),
      line("resolved", "JobDown", "aa"),
    ]);
  },
  60_000,
);

test.concurrent(
  "when inhibitor and inhibited are resolved together, the last notification has both",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, jobDownInhibitsInstanceDown) });
    const startsAt = fromNow(0);

    await postAlerts(
      server,
      { labels: labels("InstanceDown", "aa"), startsAt },
      { labels: labels("JobDown", "aa"), startsAt },
    );
    expect(alertLines((await hook.take()).message)).toEqual([line("firing", "JobDown", "aa")]);

    const endsAt = fromNow(0);
    await postAlerts(
      server,
      { labels: labels("JobDown", "aa"), startsAt, endsAt },
      { labels: labels("InstanceDown", "aa"), startsAt, endsAt },
    );
    const last = await hook.takeUntil("is resolved", ({ status }) => status === "resolved");
    expect(alertLines(last.message).sort()).toEqual([
      line("resolved", "InstanceDown", "aa"),
      line("resolved", "JobDown", "aa"),
    ]);
    expect(await hook.untaken(1_200)).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "an inhibition rule that says nothing inhibits nothing",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url, "  -") });

    await postAlerts(server, { labels: labels("InstanceDown", "aa") }, { labels: labels("JobDown", "aa") });
    expect(alertLines((await hook.take()).message).sort()).toEqual([
      line("firing", "InstanceDown", "aa"),
      line("firing", "JobDown", "aa"),
    ]);
  },
  60_000,
);
