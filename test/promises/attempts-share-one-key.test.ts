import { expect, test } from "bun:test";
import { postAlerts } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { hookConfig, WebhookReceiver, type CapturedRequest } from "../support/webhook.ts";

const key = ({ headers }: CapturedRequest) => headers.get("idempotency-key");
const alert = (n: string) => ({ labels: { alertname: "test", n }, startsAt: fromNow(0), endsAt: fromNow(3_600_000) });

test.concurrent(
  "all attempts at one notification have one idempotency key; the next notification has another",
  async () => {
    await using hook = new WebhookReceiver((_, index) => new Response(null, { status: index < 2 ? 503 : 200 }));
    await using server = await startServer({ config: hookConfig(hook.url) });

    await postAlerts(server, alert("1"));
    const attempts = [await hook.take(), await hook.take(), await hook.take()];
    expect(key(attempts[0] as CapturedRequest)).toBeTruthy();
    expect(new Set(attempts.map(key)).size).toBe(1);
    expect(new Set(attempts.map(({ body }) => body)).size).toBe(1);

    await postAlerts(server, alert("2"));
    const next = await hook.take();
    expect(next.message.alerts).toHaveLength(2);
    expect(key(next)).toBeTruthy();
    expect(key(next)).not.toBe(key(attempts[0] as CapturedRequest));
  },
  60_000,
);

test.concurrent(
  "an attempt whose outcome kill -9 left unknown is made again with the same key and the same alerts",
  async () => {
    await using hook = new WebhookReceiver((_, index) =>
      index === 0 ? new Promise<Response>(() => undefined) : new Response(),
    );
    await using server = await startServer({ config: hookConfig(hook.url) });

    await postAlerts(server, alert("1"));
    const before = await hook.take();
    await server.kill();
    await server.start();
    const after = await hook.take({ withinMs: 40_000 });
    expect(key(before)).toBeTruthy();
    expect(key(after)).toBe(key(before));
    expect(after.message.alerts).toEqual(before.message.alerts);
    expect(await hook.untaken(1_500)).toEqual([]);
  },
  60_000,
);
