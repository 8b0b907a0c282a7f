import { expect, test } from "bun:test";
import { expireSilence, getSilence, postAlerts, postSilence, request } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

// Every tick repeats, so what a silence holds back shows within one tick.
const config = (url: string) => `
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
`;

const both = ["firing alertname=one", "firing alertname=two"];
const silence = (matcher: { name: string; value: string; isRegex: boolean }, startsInMs: number, endsInMs: number) => ({
  matchers: [{ isEqual: true, ...matcher }],
  startsAt: fromNow(startsInMs),
  endsAt: fromNow(endsInMs),
  createdBy: "tester",
  comment: "maintenance",
});

test.concurrent(
  "a silence is accepted and can be read back",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url), args: ["--enable-feature=classic-mode"] });

    const posted = silence({ name: "foo", value: "bar", isRegex: false }, 0, 86_400_000);
    const id = await postSilence(server, posted);
    const read = await getSilence(server, id);
    expect(read).toMatchObject({ matchers: posted.matchers, endsAt: posted.endsAt, comment: "maintenance" });
    expect(read.status.state).toBe("active");
    expect((await request(server, "POST", "/api/v2/silences", {})).status).toBe(422);
  },
  60_000,
);

test.concurrent(
  "while a silence holds, its alerts are left out; afterwards they are sent again",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });

    await postAlerts(server, { labels: { alertname: "one" } }, { labels: { alertname: "two" } });
    expect(alertLines((await hook.take()).message)).toEqual(both);

    const asked = performance.now();
    await postSilence(server, silence({ name: "alertname", value: "one", isRegex: false }, 200, 5_200));
    const after = await hook.takeUntil(
      "has both again",
      (message) => performance.now() > asked + 2_000 && message.alerts.length === 2,
    );
    expect(after.at - asked).toBeGreaterThan(5_150);
    expect(after.at - asked).toBeLessThan(9_000);
    const during = hook.requests.filter(({ at }) => at > asked + 1_500 && at < asked + 5_100);
    expect(during.length).toBeGreaterThanOrEqual(2);
    for (const { message } of during) expect(alertLines(message)).toEqual(["firing alertname=two"]);
  },
  60_000,
);

test.concurrent(
  "a silence that is expired early stops holding at once",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });

    const id = await postSilence(server, silence({ name: "alertname", value: ".+", isRegex: true }, 0, 100_000));
    await postAlerts(server, { labels: { alertname: "one" } }, { labels: { alertname: "two" } });
    expect(await hook.untaken(1_700)).toEqual([]);

    await expireSilence(server, id);
    const expired = performance.now();
    const first = await hook.take();
    expect(alertLines(first.message)).toEqual(both);
    expect(first.at - expired).toBeLessThan(5_000);
    expect((await getSilence(server, id)).status.state).toBe("expired");
  },
  60_000,
);
