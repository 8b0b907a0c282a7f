import { Type, type Static } from "@sinclair/typebox";
import { GROUP_CHANGES, type GroupEffect, type GroupSide } from "../../../core/routing/effect.ts";
import type { ConfigDifference } from "../../../server/config/desk.ts";
import { ALERT, alertTexts } from "../alerts/alert.ts";
import { SeenAlert, sightOf, type AlertsView } from "../alerts/view.ts";
import { LABELS, oneOf, orNull } from "../schemas.ts";

/** Groups and lost alerts that are named; all are counted. */
const MOST_GROUPS = 1000;
const MOST_LOST = 100;

const NAMES = Type.Array(Type.String());
const CHANGES = Type.Object({
  added: NAMES,
  removed: NAMES,
  changed: Type.Array(Type.Object({ name: Type.String(), keys: NAMES })),
});
const SIDE = Type.Object({
  receivers: NAMES,
  routeIds: NAMES,
  groupWait: Type.String(),
  groupInterval: Type.String(),
  repeatInterval: Type.String(),
  muteTimeIntervals: NAMES,
  activeTimeIntervals: NAMES,
});
export const DIFFERENCE = Type.Object({
  diff: Type.String({ description: "Unified, of the two as /api/v2/status would show them; secrets hidden." }),
  changes: Type.Object({ routes: CHANGES, receivers: CHANGES, inhibitRules: CHANGES, intervals: CHANGES }),
  effect: Type.Object({
    groups: Type.Array(
      Type.Object({
        groupKey: Type.String(),
        groupLabels: LABELS,
        alerts: Type.Integer(),
        before: orNull(SIDE),
        after: orNull(SIDE),
        change: oneOf(GROUP_CHANGES),
      }),
      { description: `What changes most first, ${MOST_GROUPS} at most.` },
    ),
    groupCounts: Type.Object(Object.fromEntries(GROUP_CHANGES.map((change) => [change, Type.Integer()]))),
    alerts: Type.Object({
      same: Type.Integer(),
      moved: Type.Integer(),
      lost: Type.Integer(),
      gained: Type.Integer(),
    }),
    lost: Type.Array(ALERT, { description: `Told to nobody any more, ${MOST_LOST} of them at most.` }),
  }),
});

export async function shownDifference(
  { diff, changes, effect }: ConfigDifference,
  view: AlertsView,
): Promise<Static<typeof DIFFERENCE>> {
  const sight = sightOf(view);
  const lost = await alertTexts(effect.lost.slice(0, MOST_LOST).map((alert) => new SeenAlert(alert, sight)));
  const groupCounts = Object.fromEntries(
    GROUP_CHANGES.map((change) => [change, effect.groups.filter((group) => group.change === change).length]),
  );
  return {
    diff,
    changes: changes as Static<typeof DIFFERENCE>["changes"],
    effect: {
      groups: effect.groups.slice(0, MOST_GROUPS).map(shownGroup),
      groupCounts,
      alerts: effect.alerts,
      lost: lost.map((text) => JSON.parse(text) as Static<typeof ALERT>),
    },
  };
}

function shownGroup({ groupKey, labels, alerts, before, after, change }: GroupEffect) {
  return {
    groupKey,
    groupLabels: labels.toObject(),
    alerts,
    before: shownSide(before),
    after: shownSide(after),
    change,
  };
}

function shownSide(side: GroupSide | undefined): Static<typeof SIDE> | null {
  if (side === undefined) return null;
  const { group_wait: groupWait, group_interval: groupInterval, repeat_interval: repeatInterval } = side.timers;
  const { receivers, routeIds, muteTimeIntervals, activeTimeIntervals } = side;
  return {
    receivers: [...receivers],
    routeIds: [...routeIds],
    groupWait,
    groupInterval,
    repeatInterval,
    muteTimeIntervals: [...muteTimeIntervals],
    activeTimeIntervals: [...activeTimeIntervals],
  };
}
