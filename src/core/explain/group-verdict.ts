import { formatPromDuration } from "../model/duration.ts";
import type { DecisionRecord, Facts, GroupFacts, IntegrationFacts, LastTold } from "./facts.ts";
import type { Reason } from "./verdict.ts";
import { at, inWords, quoted } from "./words.ts";

/** What one group does with an alert that neither is inhibited nor silenced, integration by integration. */
export function judgeGroup(group: GroupFacts, facts: Facts): Reason[] {
  const { receiver, mutedBy, integrations } = group;
  if (integrations.length === 0) {
    return [{ reason: "no_receiver", receiver, summary: `Receiver ${receiver} has no integrations: nobody is told.` }];
  }
  const wanted = integrations.filter(({ isWanted }) => isWanted);
  if (wanted.length === 0) {
    const summary = `No integration of receiver ${receiver} wants this alert by its own filter.`;
    return [{ reason: "no_receiver", receiver, summary }];
  }
  const isOver = facts.alert?.endsAt.endedBy(facts.now) === true;
  if (mutedBy !== undefined && !isOver) return [muted(group, facts)];
  return wanted.map((one) => {
    const judged = facts.alert === undefined ? waiting(group, facts) : ofIntegration(group, one, facts);
    // Nor is it told of the end.
    const judgement = mutedBy !== undefined && judged.reason === "waiting" ? muted(group, facts) : judged;
    const integration = `${one.integration}[${one.index}]`;
    return Object.assign({ receiver, integration }, judgement);
  });
}

type Judgement = Omit<Reason, "receiver" | "integration">;

function muted({ receiver, mutedBy, route }: GroupFacts, { intervals }: Facts): Reason {
  const { kind, names } = mutedBy as NonNullable<GroupFacts["mutedBy"]>;
  const until = intervals
    .filter((interval) => interval.kind === kind && names.includes(interval.name))
    .map((interval) => interval.until ?? Number.POSITIVE_INFINITY)
    // Outside all active times until the first begins; inside mute times until the last ends.
    .reduce((a, b) => (kind === "active" ? Math.min(a, b) : Math.max(a, b)));
  const end = Number.isFinite(until) ? `, until ${at(until)}` : "";
  const what =
    kind === "active"
      ? `it is outside active_time_intervals ${names.join(", ")}`
      : `it is inside mute_time_intervals ${names.join(", ")}`;
  return {
    reason: "muted",
    receiver,
    summary: `Receiver ${receiver} is muted: ${what}${end} (route ${route.id}).`,
    ...(Number.isFinite(until) && { until }),
    by: { kind, intervals: names },
  };
}

function ofIntegration(group: GroupFacts, one: IntegrationFacts, facts: Facts): Judgement {
  const { last } = one;
  const trouble = troubleOf(group, one, facts);
  if (facts.alert?.endsAt.endedBy(facts.now) === true) return ofResolved(group, one, facts, trouble);
  if (trouble !== undefined) return trouble;
  if (last?.ofAlert === "firing") return told(group, one, last, facts);
  return waiting(group, facts, one);
}

function ofResolved(group: GroupFacts, one: IntegrationFacts, facts: Facts, trouble: Judgement | undefined): Judgement {
  const name = nameOf(group, one);
  const { last } = one;
  if (last?.ofAlert === "resolved") {
    return { reason: "notified", summary: `${name} was told that it is resolved at ${at(last.at)}.`, since: last.at };
  }
  if (last?.ofAlert !== "firing") {
    return trouble ?? { reason: "resolved", summary: `${name} was not told that it fired, so not that it is over.` };
  }
  if (!one.sendResolved) {
    return { reason: "resolved", summary: `${name} is not told that alerts are resolved (send_resolved: false).` };
  }
  return trouble ?? waiting(group, facts, one);
}

/** What went wrong after the integration was last told something. */
function troubleOf(group: GroupFacts, one: IntegrationFacts, facts: Facts): Judgement | undefined {
  const decision = one.decisions[0];
  if (decision === undefined || (one.last !== undefined && one.last.at > decision.at)) return undefined;
  if (!covers(group, decision, facts)) return undefined;
  const name = nameOf(group, one);
  const since = one.attempts.find(({ outcome }) => outcome !== "delivered")?.at ?? decision.at;
  const error = quoted(
    one.attempts.find((attempt) => attempt.error !== null)?.error ?? (decision.detail || "no answer"),
  );
  switch (decision.outcome) {
    case "rate_limited":
      return {
        reason: "rate_limited",
        summary: `${name} is over its rate limit (publishing.rate_limit); this group may send ${next(group, facts)}.`,
        since: decision.at,
        ...until(group),
      };
    case "refused":
      return {
        reason: "refused",
        summary: `${name} refused it at ${at(since)}: ${error} (will be tried again ${next(group, facts)}, with the next flush).`,
        since,
        ...until(group),
      };
    case "retrying":
      return {
        reason: "failed",
        summary: `${name} failed at ${at(since)}: ${error} (is being tried again now, and with the next flush ${next(group, facts)}).`,
        since,
        ...until(group),
      };
    case "failed":
    case "unknown":
      return {
        reason: "failed",
        summary: `${name} failed at ${at(since)}: ${error} (will be tried again ${next(group, facts)}, with the next flush).`,
        since,
        ...until(group),
      };
    default:
      return undefined;
  }
}

/** Whether a flush that had this outcome had the alert with it. */
function covers(group: GroupFacts, decision: DecisionRecord, { alert, now }: Facts): boolean {
  if (group.lastLook !== undefined) return true;
  if (alert === undefined) return false;
  // One that came with an end only begins with that (spec §3.1), and so says nothing of when it came.
  return alert.startsAt.ms <= decision.at || alert.startsAt.ms > now;
}

function told(group: GroupFacts, one: IntegrationFacts, last: LastTold, { now }: Facts): Judgement {
  const { at: toldAt, droppedBy } = last;
  const name = nameOf(group, one);
  const repeat = toldAt + group.route.repeatInterval;
  // Flushes come at the beat of group_interval: the first one after repeat_interval has passed repeats.
  const repeats =
    repeat > now
      ? `repeats in ${inWords(repeat - now)} if it still fires (repeat_interval ${formatPromDuration(group.route.repeatInterval)})`
      : `repeats with the next flush, ${next(group, { now })}`;
  if (droppedBy !== undefined) {
    return {
      reason: "deduplicated",
      summary: `${quoted(droppedBy)} let go of the notification of ${name} at ${at(toldAt)}: it counts as sent until there is something new; ${repeats}.`,
      since: toldAt,
      until: repeat,
    };
  }
  if (wasFlushedAfter(group, one, toldAt)) {
    return {
      reason: "deduplicated",
      summary: `Nothing new since the notification of ${name} at ${at(toldAt)}; ${repeats}.`,
      since: toldAt,
      until: repeat,
    };
  }
  return { reason: "notified", summary: `${name} was notified at ${at(toldAt)}; ${repeats}.`, since: toldAt };
}

/** Whether a flush has since found nothing new to tell. Any server knows it by the group's timer. */
function wasFlushedAfter(
  { nextFlushAt, route, isFlushing }: GroupFacts,
  one: IntegrationFacts,
  toldAt: number,
): boolean {
  const [decision] = one.decisions;
  if (decision !== undefined && decision.outcome === "deduplicated" && decision.at >= toldAt) return true;
  return !isFlushing && nextFlushAt !== undefined && nextFlushAt - route.groupInterval > toldAt;
}

function waiting(group: GroupFacts, facts: Pick<Facts, "now" | "alert">, one?: IntegrationFacts): Judgement {
  const { route, flushes, lastLook, nextFlushAt } = group;
  if (facts.alert === undefined || nextFlushAt === undefined) {
    const wait = formatPromDuration(route.groupWait);
    return { reason: "waiting", summary: `Would wait for group_wait ${wait} in a new group.` };
  }
  if (one?.pending === true || (group.isFlushing && one?.last === undefined)) {
    return { reason: "waiting", summary: `${nameOf(group, one)} is being notified right now.` };
  }
  const timer =
    flushes === 0
      ? `group_wait ${formatPromDuration(route.groupWait)}`
      : `group_interval ${formatPromDuration(route.groupInterval)}`;
  const was = lastLook?.silenced === true ? "silenced" : lastLook?.inhibited === true ? "inhibited" : undefined;
  const before = was === undefined ? "" : `; it was ${was} at the last flush`;
  return {
    reason: "waiting",
    summary: `Waiting: its group flushes ${next(group, facts)} (${timer})${before}.`,
    until: nextFlushAt,
  };
}

function next({ nextFlushAt }: GroupFacts, { now }: Pick<Facts, "now">): string {
  return nextFlushAt === undefined || nextFlushAt <= now ? "now" : `in ${inWords(nextFlushAt - now)}`;
}

function until({ nextFlushAt }: GroupFacts): { until?: number } {
  return nextFlushAt === undefined ? {} : { until: nextFlushAt };
}

function nameOf({ receiver }: GroupFacts, one: IntegrationFacts | undefined): string {
  return one === undefined ? receiver : `${receiver}/${one.integration}[${one.index}]`;
}
