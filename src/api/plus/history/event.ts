import { Type } from "@sinclair/typebox";
import { HISTORY_KINDS, type HistoryEvent } from "../../../core/interfaces/history.ts";
import { FINGERPRINT, LABELS, oneOf, orNull, TIME } from "../schemas.ts";

/** One event as it is answered. */
export const EVENT = Type.Object({
  id: Type.String(),
  at: TIME,
  kind: oneOf(HISTORY_KINDS),
  change: Type.String({ description: "What happened, such as `firing`, `delivered` or `created`." }),
  fingerprint: orNull(FINGERPRINT),
  labels: orNull(LABELS),
  subject: orNull(
    Type.String({ description: "The notification's key, the silence's ID, the configuration's hash, …" }),
  ),
  receiver: orNull(Type.String()),
  integration: orNull(Type.String({ description: "`TYPE[INDEX]`" })),
  actor: orNull(Type.Object({ name: Type.String(), via: Type.String() })),
  summary: Type.String(),
  detail: Type.Object({}, { additionalProperties: true }),
  replica: orNull(Type.String()),
});

export function shownEvent(event: HistoryEvent) {
  const { at, n, kind, change = "", subject, labels, receiver, integration, actor, replica, detail } = event;
  const isOfAlert = kind === "alert" || kind === "verdict" || kind === "classification";
  return {
    id: `${at.toString(36)}-${n.toString(36)}`,
    at: new Date(at).toISOString(),
    kind,
    change,
    fingerprint: isOfAlert ? subject : null,
    labels: labels?.toObject() ?? null,
    subject: isOfAlert ? null : subject,
    receiver: receiver ?? null,
    integration: integration ?? null,
    actor: actor ?? null,
    summary: summaryOf(event),
    detail,
    replica: replica ?? null,
  };
}

/** What happened, in a sentence. */
function summaryOf({ kind, change = "", subject, labels, receiver, integration, actor, detail }: HistoryEvent): string {
  const name = labels?.get("alertname") || subject;
  const by = actor === undefined || actor.name === "" ? "" : ` by ${actor.name}`;
  const texts = (member: string) => {
    const value = detail[member];
    return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
  };
  switch (kind) {
    case "alert":
      return `${name} ${change === "firing" ? "is firing" : change === "resolved" ? "is resolved" : "was updated"}`;
    case "verdict":
      return change === "active" ? `${name} is no longer muted` : `${name} is ${change} by ${texts("by")}`;
    case "notification":
      return notified(change, receiver ?? "", integration, detail, texts("error"), texts("reason"));
    case "silence":
      return `Silence ${subject} ${change}${by}`;
    case "reload":
      return change === "failed" ? `Reload failed: ${texts("error")}` : `Configuration ${subject} is in force`;
    case "classification":
      return `${subject} is taken for ${texts("severity")}, ${texts("category")}, by ${texts("classifier")}`;
    default:
      return `${kind}: ${change.replaceAll("_", " ")} ${subject}${by}`.trim();
  }
}

function notified(
  change: string,
  receiver: string,
  integration: string | undefined,
  detail: HistoryEvent["detail"],
  error: string,
  reason: string,
): string {
  const whom = integration === undefined ? receiver : `${receiver}/${integration}`;
  const of = `${String(detail["firing"] ?? 0)} firing and ${String(detail["resolved"] ?? 0)} resolved alerts`;
  switch (change) {
    case "delivered":
      return `${whom} was told of ${of}`;
    case "skipped":
      return `${whom} was not told: ${reason}`;
    case "rate_limited":
      return `${whom} waits for its rate limit`;
    case "refused":
      return `${whom} refused what it was told: ${error}`;
    case "unknown":
      return `Whether ${whom} was told is unknown: ${error}`;
    default:
      return detail["final"] === false
        ? `${whom} could not be told yet: ${error}`
        : `${whom} could not be told: ${error}`;
  }
}
