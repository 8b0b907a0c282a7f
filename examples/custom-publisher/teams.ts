// A plugin of Alertmanager++ that posts adaptive cards to Microsoft Teams: see README.md.
import type { Plugin, PublishResult } from "../plugin-api.ts";
import { card } from "./card.ts";

const plugin: Plugin = {
  name: "Teams cards",
  apiVersion: 1,
  publisher: {
    async publish(notification, { options, signal }): Promise<PublishResult> {
      const { url, max_alerts: maxAlerts = 10 } = options;
      if (typeof url !== "string" || typeof maxAlerts !== "number") {
        return { ok: false, retry: false, error: "options.url or options.max_alerts is not set as README.md says" };
      }
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": notification.idempotencyKey },
        body: JSON.stringify(card(notification, maxAlerts)),
        signal,
      });
      // Read in any case, so that the connection can be used again.
      const answer = await response.text();
      if (response.ok) return { ok: true };
      return { ok: false, error: `Teams answered ${response.status}: ${answer.slice(0, 200)}`, ...meaning(response) };
    },
  },
};

type Meaning = Pick<Extract<PublishResult, { ok: false }>, "retry" | "retryAfter" | "reason">;

function meaning({ status, headers }: Response): Meaning {
  const seconds = Number(headers.get("Retry-After") ?? "0");
  if (status === 429)
    return { retry: true, reason: "rateLimited", retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 0 };
  if (status >= 500) return { retry: true, reason: "serverError" };
  return { retry: false, reason: status === 401 || status === 403 ? "authError" : "clientError" };
}

export default plugin;
