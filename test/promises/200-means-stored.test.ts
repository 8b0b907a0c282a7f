import { expect, test } from "bun:test";
import {
  expireSilence,
  getAlerts,
  getSilence,
  getSilences,
  postAlerts,
  postSilence,
  type GettableAlert,
  type PostableSilence,
} from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { pause } from "../support/wait.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const quiet = `
route:
  receiver: nobody
  group_by: [alertname]
receivers:
  - name: nobody
`;

const silence = (value: string, startsInMs = 0): PostableSilence => ({
  matchers: [
    { name: "alertname", value, isRegex: false, isEqual: true },
    { name: "zone", value: "a|b", isRegex: true, isEqual: false },
  ],
  startsAt: fromNow(startsInMs),
  endsAt: fromNow(3_600_000),
  createdBy: "tester",
  comment: `for ${value}`,
});

// What a restart must not change; an endsAt may move on (see deaf-time-is-given-back).
const lasting = ({ labels, annotations, startsAt, updatedAt, fingerprint, receivers, status }: GettableAlert) => ({
  labels,
  annotations,
  startsAt,
  updatedAt,
  fingerprint,
  receivers,
  status,
});

test.concurrent(
  "alerts, silences and the end of a silence are there after kill -9, as they were",
  async () => {
    await using server = await startServer({ config: quiet });
    const zoned = "2026-02-03T04:05:06.789+02:00";
    for (let batch = 0; batch < 5; batch++) {
      const alerts = Array.from({ length: 40 }, (_, index) => ({
        labels: { alertname: `test-${batch}`, index: String(index), "naïve name 🙂": '"\n\\' },
        annotations: { summary: `alert ${index}`, empty: "" },
        startsAt: zoned,
        endsAt: fromNow(3_600_000),
        generatorURL: "http://prometheus.example.com/graph?g0.expr=up",
      }));
      await postAlerts(server, ...alerts);
    }
    const active = await postSilence(server, silence("test-1"));
    const pending = await postSilence(server, silence("test-2", 600_000));
    const ended = await postSilence(server, silence("test-3"));
    await expireSilence(server, ended);
    const alerts = await getAlerts(server);
    const silences = await getSilences(server);
    expect(alerts).toHaveLength(200);

    await server.kill();
    await server.start();
    expect((await getAlerts(server)).map(lasting)).toEqual(alerts.map(lasting));
    expect(await getSilences(server)).toEqual(silences);
    const states = await Promise.all([active, pending, ended].map((id) => getSilence(server, id)));
    expect(states.map(({ status }) => status.state)).toEqual(["active", "pending", "expired"]);
  },
  60_000,
);

test.concurrent(
  "whatever was answered 200 survives kill -9 at any moment under load",
  async () => {
    await using server = await startServer({ config: quiet });
    const alerts = new Set<string>();
    const silences = new Set<string>();
    let serial = 0;

    for (let round = 0; round < 6; round++) {
      const load = { running: true };
      const post = async () => {
        while (load.running) {
          const names = Array.from({ length: 1 + (serial % 20) }, () => String(serial++));
          await postAlerts(
            server,
            ...names.map((n) => ({ labels: { alertname: "load", n }, endsAt: fromNow(3_600_000) })),
          );
          for (const name of names) alerts.add(name);
        }
      };
      const silenceThem = async () => {
        while (load.running) silences.add(await postSilence(server, silence(`silenced-${serial++}`)));
      };
      const writers = [post, post, post, post, silenceThem, silenceThem].map((write) => write().catch(() => undefined));

      const delayMs = 50 + Math.random() * 500;
      await pause(delayMs);
      await server.kill();
      load.running = false;
      await Promise.all(writers);
      await server.start();

      const kept = new Set((await getAlerts(server)).map(({ labels }) => labels.n));
      const keptSilences = new Set((await getSilences(server)).map(({ id }) => id));
      expect({
        round,
        delayMs,
        lostAlerts: [...alerts].filter((name) => !kept.has(name)).length,
        lostSilences: [...silences].filter((id) => !keptSilences.has(id)).length,
      }).toEqual({ round, delayMs, lostAlerts: 0, lostSilences: 0 });
    }
    expect(alerts.size).toBeGreaterThan(100);
    expect(silences.size).toBeGreaterThan(10);
  },
  120_000,
);

test.concurrent(
  "a group that waits goes on waiting from where it was, not from the start",
  async () => {
    await using hook = new WebhookReceiver();
    await using server = await startServer({
      config: `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 8s
receivers:
  - name: hook
    webhook_configs:
      - url: ${hook.url}
`,
    });

    const posted = performance.now();
    await postAlerts(server, { labels: { alertname: "test" } });
    await pause(5_000);
    await server.kill();
    const ended = performance.now();
    await server.start();
    const { message, at } = await hook.take();
    expect(alertLines(message)).toEqual(["firing alertname=test"]);
    expect(at - posted).toBeGreaterThan(7_900);
    expect(at - ended).toBeLessThan(7_900);
  },
  60_000,
);
