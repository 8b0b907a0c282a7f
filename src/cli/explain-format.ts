import type { RouteStep } from "../core/explain/route-trace.ts";
import { matchersToString } from "../core/model/matcher.ts";
import { formatMillis, Timestamp } from "../core/model/timestamp.ts";
import type { Explanation, GroupExplanation } from "./explain-alert.ts";
import { explainText } from "./explain-text.ts";
import type { Output } from "./format/output.ts";
import { timersOf } from "../core/routing/timers.ts";
import { type Integration, integrationName } from "./integrations.ts";

/** An explanation with what its print needs besides. */
export interface Explained {
  readonly explanation: Explanation;
  /** Whether the alert was among those firing. */
  readonly isFiring: boolean;
  /** ms; the moment explained. */
  readonly now: number;
  readonly integrations: (receiver: string) => readonly Integration[];
}

/** Prints an explanation. */
export function formatExplanation(explained: Explained, { form, layout }: Output): string {
  if (form === "json") return `${JSON.stringify(explanationJson(explained))}\n`;
  return explainText(explained, layout, form === "extended");
}

function explanationJson({ explanation, isFiring, now, integrations }: Explained): object {
  const { alert, routes, inhibition, silences, groups } = explanation;
  return {
    at: formatMillis(new Timestamp(now)),
    alert: { labels: alert.labels.toObject(), firing: isFiring, startsAt: formatMillis(alert.startsAt) },
    routes: stepJson(routes),
    inhibitedBy:
      inhibition === undefined
        ? null
        : {
            rule: inhibition.rule.name,
            sourceMatchers: matchersToString(inhibition.rule.sourceMatchers),
            targetMatchers: matchersToString(inhibition.rule.targetMatchers),
            equal: inhibition.rule.equal,
            source: inhibition.source.labels.toObject(),
          },
    silencedBy: silences.map(({ id, matcherSets, startsAt, endsAt, createdBy, comment }) => ({
      id,
      matchers: matcherSets.map(matchersToString).join(" or "),
      startsAt: formatMillis(startsAt),
      endsAt: formatMillis(endsAt),
      createdBy,
      comment,
    })),
    groups: groups.map((group) => groupJson(group, integrations(group.route.receiver))),
  };
}

function stepJson({ route, outcome, matchers, takesAlert, below }: RouteStep): object {
  return {
    route: route.key,
    receiver: route.receiver,
    continue: route.continue,
    outcome,
    matchers: matchers.map(({ matcher, value, matches }) => ({ matcher: matcher.toString(), value, matches })),
    takesAlert,
    routes: below.map(stepJson),
  };
}

function groupJson(group: GroupExplanation, integrations: readonly Integration[]): object {
  return {
    receiver: group.route.receiver,
    integrations: integrations.map(integrationName),
    route: group.route.key,
    groupKey: group.key,
    groupLabels: group.labels.toObject(),
    exists: group.exists,
    otherAlerts: group.others.map((labels) => labels.toObject()),
    timers: timersOf(group.route),
    activeTimeIntervals: group.activeTimeIntervals,
    muteTimeIntervals: group.muteTimeIntervals,
    notified: group.suppressedBy === undefined,
    suppressedBy: group.suppressedBy ?? null,
  };
}
