import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const config = (url: string) => `
route:
  receiver: hook
  group_by: []
  group_wait: 600ms
  group_interval: 2s
  repeat_interval: 5s
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;

const named = (name: string) => ({ labels: { alertname: name } });

test.concurrent(
  "alerts of a group are sent together, again with every newcomer, and again after the repeat interval",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });

    await postAlerts(server, named("one"));
    await postAlerts(server, named("five"));
    const first = await hook.take();
    expect(alertLines(first.message)).toEqual(["firing alertname=five", "firing alertname=one"]);

    await postAlerts(server, named("two"), named("three"), named("four"));
    const all = ["five", "four", "one", "three", "two"].map((name) => `firing alertname=${name}`);
    const second = await hook.take();
    expect(alertLines(second.message)).toEqual(all);
    expect(second.message.notification_reason).toBe("new alerts added");

    // Nothing changes any more: the ticks after 2 and 4 s stay silent, the one after 6 s repeats.
    const third = await hook.take();
    expect(alertLines(third.message)).toEqual(all);
    expect(third.message.notification_reason).toBe("repeat interval elapsed");
    expect(third.at - second.at).toBeGreaterThan(4_500);
    expect(third.at - second.at).toBeLessThan(7_900);
  },
  60_000,
);
