import type { HistoryRow } from "../core/interfaces/history.ts";
import type {
  AlertHappening,
  ClassificationHappening,
  Happening,
  NotificationHappening,
  SilenceHappening,
} from "../core/interfaces/observing.ts";
import { matchersToString } from "../core/model/matcher.ts";
import type { Silence } from "../core/model/silence.ts";

/** Alerts a notification is found by; one about more is found by the first. */
const MOST_ABOUT = 500;

/**
 * What is kept of something that happened.
 *
 * @param at when it counts as having happened, ms; when it did unless told
 * @param replica the server it happened on, where several share the history
 */
export function rowOf(happening: Happening, at = happening.at, replica?: string): HistoryRow {
  const { kind, change } = happening;
  const what = replica === undefined ? { at, kind, change } : { at, kind, change, replica };
  switch (happening.kind) {
    case "alert":
      return { ...what, ...ofAlert(happening) };
    case "verdict": {
      const { labels, groupKey, receiver, by } = happening;
      return { ...what, subject: labels.fingerprint, labels, receiver, detail: { groupKey, by } };
    }
    case "notification":
      return { ...what, ...ofNotification(happening) };
    case "silence":
      return { ...what, ...ofSilence(happening) };
    case "reload": {
      const { hash, before, diff, error } = happening;
      return {
        ...what,
        subject: hash,
        detail: { before: before ?? null, diff, ...(error !== undefined && { error }) },
      };
    }
    case "classification":
      return { ...what, ...ofClassification(happening) };
    default: {
      const { subject, actor, detail } = happening;
      return { ...what, subject, detail, ...(actor !== undefined && { actor }) };
    }
  }
}

function ofAlert({ change, alert }: AlertHappening): Omit<HistoryRow, "at" | "kind"> {
  const { labels, annotations, startsAt, endsAt, generatorURL } = alert;
  const times = { startsAt: new Date(startsAt.ms).toISOString() };
  const detail =
    change === "resolved"
      ? { ...times, endsAt: new Date(endsAt.ms).toISOString() }
      : { ...times, annotations: annotations.toObject(), generatorURL };
  return { subject: labels.fingerprint, labels, detail, mark: markOf(change, alert) };
}

/** The same on all servers that an alert is sent to. */
function markOf(change: AlertHappening["change"], alert: AlertHappening["alert"]): number {
  if (change === "firing") return alert.startsAt.ms;
  if (change === "resolved") return alert.endsAt.ms;
  return Number(BigInt.asUintN(48, BigInt(Bun.hash(alert.annotations.key + alert.generatorURL))));
}

function ofNotification(happening: NotificationHappening): Omit<HistoryRow, "at" | "kind"> {
  const { key, groupKey, groupLabels, receiver, integration, index, reason } = happening;
  const { firing, resolved, alerts, attempt, isFinal, duration, error } = happening;
  const about = [...firing, ...resolved].slice(0, MOST_ABOUT);
  // The first of them and the outcome are found by the alerts: while a receiver is down each of them would cost hundreds of entries.
  const isFurtherTry = !isFinal && attempt > 1;
  return {
    subject: key,
    labels: groupLabels,
    // What other servers tell of names alerts by hashes that are found nowhere.
    ...(happening.origin === "here" && !isFurtherTry && { about, sets: alerts.slice(0, MOST_ABOUT) }),
    receiver,
    ...(integration !== undefined && { integration: `${integration}[${index}]` }),
    detail: {
      groupKey,
      reason,
      firing: firing.length,
      resolved: resolved.length,
      attempt,
      final: isFinal,
      ...(duration !== undefined && { durationMs: Math.round(duration * 10) / 10 }),
      ...(error !== undefined && { error }),
    },
  };
}

function ofSilence({ before, after, actor }: SilenceHappening): Omit<HistoryRow, "at" | "kind"> {
  const subject = (after ?? before)?.id ?? "";
  const detail = { before: shownSilence(before), after: shownSilence(after) };
  return { subject, detail, ...(actor !== undefined && { actor }) };
}

function shownSilence(silence: Silence | undefined) {
  if (silence === undefined) return null;
  const { matcherSets, startsAt, endsAt, createdBy, comment, annotations } = silence;
  return {
    matchers: matcherSets.map((set) => matchersToString(set)).join(" or "),
    startsAt: new Date(startsAt.ms).toISOString(),
    endsAt: new Date(endsAt.ms).toISOString(),
    createdBy,
    comment,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function ofClassification({ before, after }: ClassificationHappening): Omit<HistoryRow, "at" | "kind"> {
  const { fingerprint, severity, category, confidence, reason, classifier, model } = after;
  const was = before && { severity: before.severity, category: before.category, classifier: before.classifier };
  const detail = { severity, category, confidence, reason, classifier, model, before: was };
  return { subject: fingerprint, about: [fingerprint], detail };
}
