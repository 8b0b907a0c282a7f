import { expect, test } from "bun:test";
import { postAlerts, request } from "../support/api.ts";
import { residentBytes } from "../support/process.ts";
import { startServer } from "../support/server.ts";
import { eventually, pause } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const DEAD = 300;

test.concurrent(
  "three hundred receivers that never answer delay nobody else, and memory stays flat",
  async () => {
    await using dead = new WebhookReceiver(() => new Promise<Response>(() => undefined));
    await using alive = new WebhookReceiver();
    const numbers = Array.from({ length: DEAD }, (_, number) => number);
    await using server = await startServer({
      config: `
route:
  receiver: alive
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  routes:
${numbers.map((number) => `    - { matchers: ['dead="${number}"'], receiver: dead-${number} }`).join("\n")}
receivers:
  - name: alive
    webhook_configs: [{ url: "${alive.url}" }]
${numbers.map((number) => `  - name: dead-${number}\n    webhook_configs: [{ url: "${dead.url}${number}" }]`).join("\n")}
`,
    });
    const feedTheDead = (name: string) =>
      postAlerts(server, ...numbers.map((number) => ({ labels: { alertname: name, dead: String(number) } })));

    await feedTheDead("first");
    await eventually("all dead receivers hold a request", () => dead.requests.length >= DEAD, { withinMs: 40_000 });
    const before = residentBytes(server.pid);

    const delays: number[] = [];
    for (let round = 0; round < 24; round++) {
      // More for the dead in each round: what cannot be sent must not pile up.
      await feedTheDead("first");
      const posted = performance.now();
      await postAlerts(server, { labels: { alertname: `alive-${round}` } });
      const { at, message } = await alive.take({ withinMs: 40_000 });
      expect(message.groupLabels).toEqual({ alertname: `alive-${round}` });
      delays.push(at - posted);
      expect((await request(server, "GET", "/-/healthy", undefined, { withinMs: 5_000 })).status).toBe(200);
      await pause(300);
    }
    // Through the end of the flushes' deadline (10 s) and the tries after it.
    await pause(4_000);
    const after = residentBytes(server.pid);
    expect(Math.max(...delays)).toBeLessThan(5_000);
    expect((after - before) / 1e6).toBeLessThan(60);
  },
  120_000,
);
