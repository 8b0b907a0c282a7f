import { postAlerts, type Target } from "./api.ts";
import { fromNow } from "./time.ts";
import type { WebhookReceiver } from "./webhook.ts";

/** Posts one alert for each of `count` groups, spread over the targets. Those named `prefix0`, `prefix1` and so on. */
export async function postGroups(targets: readonly Target[], count: number, prefix = "group"): Promise<void> {
  const perTarget = targets.map((): string[] => []);
  for (let i = 0; i < count; i++) perTarget[i % targets.length]?.push(`${prefix}${i}`);
  await Promise.all(
    targets.map(async (target, t) => {
      const names = perTarget[t] ?? [];
      for (let i = 0; i < names.length; i += 50) {
        await postAlerts(
          target,
          ...names.slice(i, i + 50).map((alertname) => ({ labels: { alertname }, endsAt: fromNow(3_600_000) })),
        );
      }
    }),
  );
}

/** How often each group was accepted, by its alert's name and the idempotency key. */
export function accepted(hook: WebhookReceiver, isAccepted: (index: number) => boolean = () => true) {
  const byName = new Map<string, Map<string, number>>();
  for (const [index, { message, headers }] of hook.requests.entries()) {
    if (!isAccepted(index)) continue;
    const name = message.groupLabels["alertname"] ?? "";
    const key = headers.get("idempotency-key") ?? "";
    const keys = byName.get(name) ?? new Map<string, number>();
    keys.set(key, (keys.get(key) ?? 0) + 1);
    byName.set(name, keys);
  }
  const all = [...byName.values()];
  return {
    /** Groups told at least once. */
    groups: byName.size,
    /** Groups told under more than one key: as two different notifications. */
    twice: all.filter((keys) => keys.size > 1).length,
    /** Notifications repeated under the same key. */
    repeated: all.flatMap((keys) => Array.from(keys.values())).filter((times) => times > 1).length,
  };
}
