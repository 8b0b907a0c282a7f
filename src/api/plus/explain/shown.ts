import type { Static } from "@sinclair/typebox";
import type { AttemptRecord, Facts, GroupFacts, IntegrationFacts } from "../../../core/explain/facts.ts";
import { walkSteps, whyOf, type RouteStep } from "../../../core/explain/route-trace.ts";
import type { Reason, Verdict } from "../../../core/explain/verdict.ts";
import type { Alert } from "../../../core/model/alert.ts";
import type { Classification } from "../../../core/model/classification.ts";
import { formatPromDuration } from "../../../core/model/duration.ts";
import { matchersToString } from "../../../core/model/matcher.ts";
import { formatMillis } from "../../../core/model/timestamp.ts";
import { silenceState } from "../../../core/silencing/state.ts";
import type { EXPLANATION, GROUP, ROUTE_TRIED } from "./schemas.ts";

/** An explanation as it is answered. */
export function shownExplanation(
  facts: Facts,
  verdict: Verdict,
  trace: RouteStep,
  classification: Classification | undefined,
): Static<typeof EXPLANATION> {
  const { now, alert, labels, silences, inhibition, intervals } = facts;
  return {
    at: time(now),
    alert: alert === undefined ? null : shownAlert(alert, facts),
    labels: labels.toObject(),
    verdict: { state: verdict.state, summary: verdict.summary },
    reasons: verdict.reasons.map(shownReason),
    routes: shownRoutes(trace),
    groups: facts.groups.map((group) => shownGroup(group)),
    silences: silences.map((silence) => ({
      id: silence.id,
      matchers: silence.matcherSets.map(matchersToString).join(" or "),
      state: silenceState(silence, now),
      startsAt: formatMillis(silence.startsAt),
      endsAt: formatMillis(silence.endsAt),
      createdBy: silence.createdBy,
      comment: silence.comment,
    })),
    inhibitedBy:
      inhibition === undefined
        ? []
        : [
            {
              rule: {
                name: inhibition.rule.name,
                sourceMatchers: matchersToString(inhibition.rule.sourceMatchers),
                targetMatchers: matchersToString(inhibition.rule.targetMatchers),
                equal: [...inhibition.rule.equal],
              },
              source: {
                fingerprint: inhibition.source.labels.fingerprint,
                labels: inhibition.source.labels.toObject(),
              },
            },
          ],
    intervals: intervals.map(({ name, kind, inForce, until }) => ({ name, kind, inForce, until: timeOrNull(until) })),
    classification: classification === undefined ? null : shownClassification(classification),
  };
}

/** What there is to say about a fingerprint nobody has heard of. */
export function unknownAlert(now: number, fingerprint: string): Static<typeof EXPLANATION> {
  const summary = `No alert of fingerprint ${fingerprint} is known: it never came, or it resolved and was forgotten.`;
  return {
    at: time(now),
    alert: null,
    labels: {},
    verdict: { state: "unknown_alert", summary },
    reasons: [{ reason: "unknown_alert", summary }],
    routes: [],
    groups: [],
    silences: [],
    inhibitedBy: [],
    intervals: [],
    classification: null,
  };
}

/** Every route as it was tried, parents first. */
export function shownRoutes(trace: RouteStep): Static<typeof ROUTE_TRIED>[] {
  return [...walkSteps(trace)].map(({ step, path }) => ({
    path: [...path],
    depth: path.length - 1,
    receiver: step.route.receiver,
    matchers: step.route.matchers.map(String),
    results: step.matchers.map(({ matcher, value, matches }) => ({ matcher: matcher.toString(), value, matches })),
    tried: step.outcome !== "not tried",
    matched: step.outcome === "matched",
    taken: step.takesAlert,
    why: whyOf(step, true),
    continue: step.route.continue,
  }));
}

function shownGroup(group: GroupFacts): Static<typeof GROUP> {
  const { route, mutedBy } = group;
  return {
    receiver: group.receiver,
    routeId: route.id,
    groupKey: group.groupKey,
    groupLabels: group.labels.toObject(),
    groupWait: formatPromDuration(route.groupWait),
    groupInterval: formatPromDuration(route.groupInterval),
    repeatInterval: formatPromDuration(route.repeatInterval),
    flushes: group.flushes,
    nextFlushAt: timeOrNull(group.nextFlushAt),
    alerts: group.alerts,
    mutedBy: {
      activeIntervals: mutedBy?.kind === "active" ? [...mutedBy.names] : [],
      muteIntervals: mutedBy?.kind === "mute" ? [...mutedBy.names] : [],
    },
    integrations: group.integrations.map((one) => shownIntegration(one, route.repeatInterval)),
  };
}

function shownIntegration(one: IntegrationFacts, repeatInterval: number) {
  const { last } = one;
  return {
    integration: one.integration,
    index: one.index,
    lastNotifiedAt: timeOrNull(last?.droppedBy === undefined ? last?.at : undefined),
    firing: last?.firing ?? 0,
    resolved: last?.resolved ?? 0,
    containsAlert: last !== undefined && last.ofAlert !== "nothing",
    nextRepeatAt: last === undefined || last.firing === 0 ? null : time(last.at + repeatInterval),
    pending: one.pending,
    decisions: one.decisions.map(({ at, outcome, reason, detail }) => ({ at: time(at), outcome, reason, detail })),
    attempts: one.attempts.map(shownAttempt),
  };
}

function shownAttempt({ at, durationMs, outcome, statusCode, error }: AttemptRecord) {
  return { at: time(at), durationMs, outcome, statusCode, error };
}

function shownReason({ since, until, by, ...reason }: Reason) {
  return {
    ...reason,
    ...(since !== undefined && { since: time(since) }),
    ...(until !== undefined && { until: time(until) }),
    ...(by !== undefined && { by }),
  };
}

/** As `/api/v2/alerts` shows it. */
function shownAlert(alert: Alert, { inhibition, silences, groups }: Facts) {
  const inhibitedBy = inhibition === undefined ? [] : [inhibition.source.labels.fingerprint];
  const silencedBy = silences.map(({ id }) => id);
  const mutedBy = [...new Set(groups.flatMap((group) => group.mutedBy?.names ?? []))];
  const isActive = inhibitedBy.length === 0 && silencedBy.length === 0 && mutedBy.length === 0;
  return {
    fingerprint: alert.labels.fingerprint,
    labels: alert.labels.toObject(),
    annotations: alert.annotations.toObject(),
    startsAt: formatMillis(alert.startsAt),
    endsAt: formatMillis(alert.endsAt),
    updatedAt: formatMillis(alert.updatedAt),
    generatorURL: alert.generatorURL,
    receivers: [...new Set(groups.map(({ receiver }) => receiver))].map((name) => ({ name })),
    status: { state: isActive ? ("active" as const) : ("suppressed" as const), silencedBy, inhibitedBy, mutedBy },
  };
}

function shownClassification({ severity, category, confidence, reason, classifier }: Classification) {
  return { severity, category, confidence, reason, classifier };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : time(ms);
}
