import type { Happening, NotificationHappening } from "../core/interfaces/observing.ts";
import type { Classification } from "../core/model/classification.ts";
import type { LabelSet } from "../core/model/labels.ts";
import { matchersToString } from "../core/model/matcher.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Timestamp } from "../core/model/timestamp.ts";

/** How the server's own health changed. */
export interface HealthHappening {
  readonly kind: "health";
  readonly change: "ok" | "degraded";
  /** ms */
  readonly at: number;
  readonly reason: string | undefined;
}

/** What a stream of events tells of. */
export type Streamed = Happening | HealthHappening;

/** What is told of something that happened, but for its ID. */
export interface ShownEvent {
  /** RFC 3339 */
  readonly at: string;
  readonly kind: string;
  readonly change: string;
  /** Of the alert it is about. */
  readonly fingerprint: string | null;
  /** Of that alert, or of the group. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly subject: string | null;
  readonly receiver: string | null;
  /** `TYPE[INDEX]` */
  readonly integration: string | null;
  readonly actor: { readonly name: string; readonly via: string } | null;
  /** One line for people. */
  readonly summary: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

type About = Partial<Omit<ShownEvent, "at" | "kind" | "change">> & Pick<ShownEvent, "summary" | "detail">;

/** The labels something is about; undefined where it is about none. */
export function labelsOf(happening: Streamed): LabelSet | undefined {
  switch (happening.kind) {
    case "alert":
      return happening.alert.labels;
    case "verdict":
      return happening.labels;
    case "notification":
      return happening.groupLabels;
    default:
      return undefined;
  }
}

export function shownEvent(happening: Streamed): ShownEvent {
  const { at, kind, change } = happening;
  return {
    at: iso(at),
    kind,
    change,
    fingerprint: null,
    labels: null,
    subject: null,
    receiver: null,
    integration: null,
    actor: null,
    ...about(happening),
  };
}

function about(happening: Streamed): About {
  switch (happening.kind) {
    case "alert": {
      const { alert, change } = happening;
      const { labels, annotations, startsAt, endsAt, generatorURL } = alert;
      return {
        ...ofAlert(labels),
        summary: `${nameOf(labels)} is ${change}`,
        detail: { annotations: annotations.toObject(), startsAt: time(startsAt), endsAt: time(endsAt), generatorURL },
      };
    }
    case "verdict": {
      const { labels, change, by, groupKey, receiver } = happening;
      const cause = by.length === 0 ? "" : ` by ${by.join(", ")}`;
      return {
        ...ofAlert(labels),
        receiver,
        summary: `${nameOf(labels)} is ${change}${cause}`,
        detail: { by, groupKey },
      };
    }
    case "notification":
      return ofNotification(happening);
    case "silence": {
      const { before, after, change, actor = null } = happening;
      const silence = after ?? before;
      const summary = `Silence ${change}: ${silence === undefined ? "" : matchersOf(silence)}`;
      return {
        subject: silence?.id ?? null,
        actor,
        summary,
        detail: { before: shownSilence(before), after: shownSilence(after) },
      };
    }
    case "reload": {
      const { hash, before, error, diff, change } = happening;
      const summary =
        change === "failed" ? `Loading the configuration failed: ${error}` : "The configuration was loaded";
      return { subject: hash, summary, detail: { before: before ?? null, error: error ?? null, diff } };
    }
    case "classification": {
      const { before, after, change } = happening;
      const { fingerprint, severity, category, classifier } = after;
      const summary = `Classification ${change}: ${severity}, ${category}, by ${classifier}`;
      return {
        fingerprint,
        subject: fingerprint,
        summary,
        detail: { before: shownClass(before), after: shownClass(after) },
      };
    }
    case "health": {
      const { change, reason } = happening;
      const why = reason === undefined ? "" : `: ${reason}`;
      return {
        summary: `The server is ${change === "ok" ? "well again" : "degraded"}${why}`,
        detail: { reason: reason ?? null },
      };
    }
    default: {
      const { kind, change, subject, actor = null, detail } = happening;
      return { subject, actor, summary: `${kind} ${change}: ${subject}`, detail };
    }
  }
}

function ofNotification(happening: NotificationHappening): About {
  const { key, groupKey, groupLabels, receiver, change, reason, firing, resolved, attempt, isFinal, duration, error } =
    happening;
  const { integration: type, index } = happening;
  const integration = type === undefined ? null : `${type}[${index}]`;
  const to = integration === null ? receiver : `${receiver}/${integration}`;
  const why = error === undefined ? "" : `: ${error}`;
  return {
    labels: groupLabels.toObject(),
    subject: key,
    receiver,
    integration,
    summary: `Notification to ${to} ${change.replace("_", " ")}, ${firing.length} firing, ${resolved.length} resolved${why}`,
    detail: {
      groupKey,
      reason,
      firing,
      resolved,
      attempt,
      isFinal,
      durationMs: duration ?? null,
      error: error ?? null,
    },
  };
}

function ofAlert(labels: LabelSet) {
  const { fingerprint } = labels;
  return { fingerprint, subject: fingerprint, labels: labels.toObject() };
}

function nameOf(labels: LabelSet): string {
  return labels.get("alertname") || labels.fingerprint;
}

function matchersOf({ matcherSets }: Silence): string {
  return matcherSets.map(matchersToString).join(" or ");
}

function shownSilence(silence: Silence | undefined) {
  if (silence === undefined) return null;
  const { id, matcherSets, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence;
  const matchers = matchersOf(silence);
  const times = { startsAt: time(startsAt), endsAt: time(endsAt), updatedAt: time(updatedAt) };
  return { id, matcherSets, matchers, ...times, createdBy, comment, annotations };
}

function shownClass(one: Classification | undefined) {
  if (one === undefined) return null;
  const { severity, category, confidence, reason, classifier } = one;
  return { severity, category, confidence, reason, classifier };
}

function time({ ms }: Timestamp): string {
  return iso(ms);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
