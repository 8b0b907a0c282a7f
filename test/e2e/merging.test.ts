import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { WebhookReceiver } from "../support/webhook.ts";

// A repeat interval this short makes every tick send, so each state of the alert is seen.
const config = (url: string) => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 500ms
  group_interval: 500ms
  repeat_interval: 1ms
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
        send_resolved: true
`;

const iso = (ms: number) => new Date(ms).toISOString();
const ms = (time: string) => Date.parse(time);

// Prometheus has sent an endsAt with firing alerts since 2.4; others leave it out.
test.concurrent.each([
  ["without an endsAt", undefined],
  ["with an endsAt", 10_000],
])(
  "updates of one alert, posted %s, become one alert",
  async (_, lastsMs) => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({ config: config(hook.url) });
    const firing = (startsAt: number, annotations: Record<string, string> = {}) => ({
      labels: { alertname: "test" },
      annotations,
      startsAt: iso(startsAt),
      ...(lastsMs === undefined ? {} : { endsAt: iso(startsAt + lastsMs) }),
    });
    const resolved = (startsAt: number, endsAt: number, annotations: Record<string, string>) => ({
      labels: { alertname: "test" },
      annotations,
      startsAt: iso(startsAt),
      endsAt: iso(endsAt),
    });
    const note = (value: string) => ({ note: value });

    // The earliest start wins, whichever comes first.
    const begin = Date.now();
    await postAlerts(server, firing(begin));
    await postAlerts(server, firing(begin - 100));
    const first = (await hook.take()).message.alerts;
    expect(first).toHaveLength(1);
    expect(ms(first[0]?.startsAt ?? "")).toBe(begin - 100);
    expect(first[0]?.annotations).toEqual({});

    // The latest annotations win, and a later start changes nothing.
    await postAlerts(server, firing(begin + 200, note("v1")));
    const second = await hook.takeUntil("has v1", ({ alerts }) => alerts[0]?.annotations.note === "v1");
    expect(ms(second.message.alerts[0]?.startsAt ?? "")).toBe(begin - 100);
    await postAlerts(server, firing(begin + 100, note("v2")));
    const third = await hook.takeUntil("has v2", ({ alerts }) => alerts[0]?.annotations.note === "v2");
    expect(ms(third.message.alerts[0]?.startsAt ?? "")).toBe(begin - 100);
    expect(third.message.status).toBe("firing");

    // Of several ends in the past the latest counts, whichever comes last.
    const end = Date.now();
    await postAlerts(server, resolved(begin + 300, end - 300, note("v2")));
    await postAlerts(server, resolved(begin + 200, end, note("v3")));
    await postAlerts(server, resolved(begin + 200, end - 600, note("v3")));
    const fourth = await hook.takeUntil("is resolved", ({ status }) => status === "resolved");
    expect(fourth.message.alerts).toHaveLength(1);
    expect(fourth.message.alerts[0]?.annotations).toEqual(note("v3"));
    expect(ms(fourth.message.alerts[0]?.startsAt ?? "")).toBe(begin - 100);
    expect(ms(fourth.message.alerts[0]?.endsAt ?? "")).toBe(end);

    // Firing again after it was resolved is a new occurrence.
    const again = Date.now();
    await postAlerts(server, firing(again));
    const fifth = await hook.takeUntil("fires again", ({ status }) => status === "firing");
    expect(ms(fifth.message.alerts[0]?.startsAt ?? "")).toBe(again);
    expect(fifth.message.alerts[0]?.annotations).toEqual({});
  },
  60_000,
);
