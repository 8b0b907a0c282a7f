import { Counter, Vec } from "../../metrics/instruments.ts";
import type { Registration } from "../../metrics/registration.ts";

export interface AccessMetrics {
  /** By why. */
  readonly refused: Vec<Counter>;
}

/** `token`: none that is known; `expired`; `session`: none that is known, or ended; `role`: may not; `other_site`. */
const REASONS = ["token", "expired", "session", "role", "other_site"] as const;

export function createAccessMetrics(add: Registration["add"]): AccessMetrics {
  const refused = new Vec(["reason"], () => new Counter());
  for (const reason of REASONS) refused.with(reason);
  add(
    "alertmanager_plus_access_refused_total",
    "Requests that showed nothing good enough to prove who sent them, or came from who may not.",
    "counter",
    ["reason"],
    refused,
  );
  return { refused };
}
