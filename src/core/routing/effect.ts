import type { Alert } from "../model/alert.ts";
import { compareBytes, type LabelSet } from "../model/labels.ts";
import { placesOf, sameTimers, type GroupPlace } from "./compare.ts";
import type { Route } from "./route.ts";
import { timersOf, type Timers } from "./timers.ts";

/** What decides where alerts go. */
export interface Routing {
  readonly root: Route;
  /** Whether a receiver tells anybody: one without integrations does not. */
  readonly tells: (receiver: string) => boolean;
}

/** Where the alerts of a group go. */
export interface GroupSide {
  /** In routing order of its alerts, each once. */
  readonly receivers: readonly string[];
  readonly routeIds: readonly string[];
  /** Of the first of these routes. */
  readonly timers: Timers;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/**
 * `same`: goes on with all of its alerts; `timers`: the same with other timers or time intervals; `moved`: some of its alerts
 * go to other groups; `lost`: some of them are told to nobody any more; `new`: was not there.
 */
export const GROUP_CHANGES = ["lost", "moved", "new", "timers", "same"] as const;
export type GroupChange = (typeof GROUP_CHANGES)[number];

export interface GroupEffect {
  readonly groupKey: string;
  readonly labels: LabelSet;
  readonly alerts: number;
  readonly before: GroupSide | undefined;
  /** Of a group that was there: where its alerts go; undefined for nowhere. */
  readonly after: GroupSide | undefined;
  readonly change: GroupChange;
}

/** What another configuration does with the alerts there are. */
export interface Effect {
  /** What changes most first, then by key. */
  readonly groups: readonly GroupEffect[];
  /** How many are told to the same groups, to others, to nobody any more, and to somebody for the first time. */
  readonly alerts: Readonly<Record<"same" | "moved" | "lost" | "gained", number>>;
  readonly lost: readonly Alert[];
}

interface Tally {
  readonly place: GroupPlace;
  alerts: number;
  /** Where its alerts go, of a group that was there. */
  readonly to: Map<string, GroupPlace>;
  left: boolean;
  lost: boolean;
}

/** Alerts looked at between two yields: below a few milliseconds of work, with thousands of routes too. */
const SLICE = 8;

/** Compares, in slices: whoever drives it may do something else after each. */
export function* effectOf(before: Routing, after: Routing, alerts: readonly Alert[]): Generator<void, Effect> {
  const was = new Map<string, Tally>();
  const is = new Map<string, Tally>();
  const counts = { same: 0, moved: 0, lost: 0, gained: 0 };
  const lost: Alert[] = [];
  let looked = 0;
  for (const alert of alerts) {
    if (++looked % SLICE === 0) yield;
    const from = byId(placesOf(before.root, alert.labels));
    const to = byId(placesOf(after.root, alert.labels));
    const change = changeOf(told(from, before), told(to, after));
    counts[change]++;
    if (change === "lost") lost.push(alert);
    for (const place of from.values()) {
      const tally = tallyOf(was, place);
      for (const [id, next] of to) if (!tally.to.has(id)) tally.to.set(id, next);
      if (!to.has(place.id)) tally.left = true;
      if (change === "lost") tally.lost = true;
    }
    for (const place of to.values()) tallyOf(is, place);
  }
  yield;
  const groups = [...was.values()].map((tally) => effectOn(tally, is.get(tally.place.id)));
  for (const [id, { place, alerts: size }] of is) {
    if (was.has(id)) continue;
    const { key: groupKey, labels } = place;
    groups.push({ groupKey, labels, alerts: size, before: undefined, after: sideOf([place]), change: "new" });
  }
  yield;
  const rank = (one: GroupEffect) => GROUP_CHANGES.indexOf(one.change);
  groups.sort((a, b) => rank(a) - rank(b) || compareBytes(a.groupKey, b.groupKey));
  return { groups, alerts: counts, lost };
}

function byId(places: readonly GroupPlace[]): ReadonlyMap<string, GroupPlace> {
  return new Map(places.map((place) => [place.id, place]));
}

function told(places: ReadonlyMap<string, GroupPlace>, { tells }: Routing): readonly string[] {
  return [...places.values()].filter(({ receiver }) => tells(receiver)).map(({ id }) => id);
}

function changeOf(from: readonly string[], to: readonly string[]): keyof Effect["alerts"] {
  if (from.length > 0 && to.length === 0) return "lost";
  if (from.length === 0 && to.length > 0) return "gained";
  return from.length === to.length && from.every((id) => to.includes(id)) ? "same" : "moved";
}

function tallyOf(tallies: Map<string, Tally>, place: GroupPlace): Tally {
  let tally = tallies.get(place.id);
  if (tally === undefined) {
    tally = { place, alerts: 0, to: new Map(), left: false, lost: false };
    tallies.set(place.id, tally);
  }
  tally.alerts++;
  return tally;
}

function effectOn({ place, alerts, to, left, lost }: Tally, next: Tally | undefined): GroupEffect {
  const before = sideOf([place]) as GroupSide;
  const staying = next === undefined ? undefined : (sideOf([next.place]) as GroupSide);
  const change = lost
    ? "lost"
    : left || staying === undefined
      ? "moved"
      : isAsBefore(before, staying)
        ? "same"
        : "timers";
  const after = change === "same" || change === "timers" ? staying : sideOf([...to.values()]);
  return { groupKey: place.key, labels: place.labels, alerts, before, after, change };
}

function sideOf(places: readonly GroupPlace[]): GroupSide | undefined {
  const [first] = places;
  if (first === undefined) return undefined;
  return {
    receivers: [...new Set(places.map(({ receiver }) => receiver))],
    routeIds: [...new Set(places.map(({ route }) => route.id))],
    timers: timersOf(first.route),
    muteTimeIntervals: first.route.muteTimeIntervals,
    activeTimeIntervals: first.route.activeTimeIntervals,
  };
}

function isAsBefore(a: GroupSide, b: GroupSide): boolean {
  const same = (x: readonly string[], y: readonly string[]) => x.join("\0") === y.join("\0");
  return (
    sameTimers(a.timers, b.timers) &&
    same(a.muteTimeIntervals, b.muteTimeIntervals) &&
    same(a.activeTimeIntervals, b.activeTimeIntervals)
  );
}
