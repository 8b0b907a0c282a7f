import { compareBytes, type LabelSet } from "../model/labels.ts";
import { matchesAll, matchersToString, type Matcher } from "../model/matcher.ts";

/** A node of `route:` as the configuration gives it, by the file's own key names. Durations in ms. */
export interface RouteSpec {
  readonly receiver?: string | undefined;
  /** Undefined inherits; `["..."]` groups by all labels; [] resets to one group (spec §3.9). */
  readonly group_by?: readonly string[] | undefined;
  /** `match`, `match_re` and `matchers` merged and sorted. */
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly routes: readonly RouteSpec[];
  readonly mute_time_intervals: readonly string[];
  readonly active_time_intervals: readonly string[];
  readonly group_wait?: number | undefined;
  readonly group_interval?: number | undefined;
  readonly repeat_interval?: number | undefined;
  /** Templates by label name. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A node of the routing tree with everything inherited filled in. Durations in ms. */
export interface Route {
  readonly receiver: string;
  /** Sorted bytewise; without meaning when `groupByAll`. */
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly routes: readonly Route[];
  /** Parent key + `/` + matchers; not unique (spec §3.8). */
  readonly key: string;
  /** Unique: the key with each level's position among its siblings. */
  readonly id: string;
  /** Post-order position, the root last (spec §6.2). */
  readonly index: number;
}

const MINUTE = 60_000;

type Options = Pick<
  Route,
  "receiver" | "groupBy" | "groupByAll" | "groupWait" | "groupInterval" | "repeatInterval" | "labels"
>;

const ROOT_OPTIONS: Options = {
  receiver: "",
  groupBy: [],
  groupByAll: false,
  groupWait: 30_000,
  groupInterval: 5 * MINUTE,
  repeatInterval: 240 * MINUTE,
  labels: {},
};

/** Builds the routing tree of a configuration (spec §3.7 to 3.9). */
export function buildRoutes(root: RouteSpec): Route {
  let count = 0;
  const build = (spec: RouteSpec, inherited: Options, parent: { key: string; id: string } | undefined, at: number) => {
    const own = matchersToString(spec.matchers);
    const key = parent === undefined ? own : `${parent.key}/${own}`;
    const id = parent === undefined ? own : `${parent.id}/${own}/${at}`;
    const options = inherit(spec, inherited);
    const routes: Route[] = spec.routes.map((child, i) => build(child, options, { key, id }, i));
    const route: Route = {
      ...options,
      muteTimeIntervals: spec.mute_time_intervals,
      activeTimeIntervals: spec.active_time_intervals,
      matchers: spec.matchers,
      continue: spec.continue,
      routes,
      key,
      id,
      index: count++,
    };
    return route;
  };
  return build(root, ROOT_OPTIONS, undefined, 0);
}

function inherit(spec: RouteSpec, from: Options): Options {
  const all = spec.group_by?.includes("...") ?? from.groupByAll;
  return {
    receiver: spec.receiver === undefined || spec.receiver === "" ? from.receiver : spec.receiver,
    groupBy: spec.group_by === undefined ? from.groupBy : all ? [] : spec.group_by.toSorted(compareBytes),
    groupByAll: all,
    groupWait: spec.group_wait ?? from.groupWait,
    groupInterval: spec.group_interval ?? from.groupInterval,
    repeatInterval: spec.repeat_interval ?? from.repeatInterval,
    labels: { ...from.labels, ...spec.labels },
  };
}

/**
 * The routes an alert goes to, in order (spec §3.7): depth first, stopping after the first matching child unless it
 * says `continue`; a node none of whose children match takes the alert itself.
 */
export function matchRoutes(root: Route, labels: LabelSet): Route[] {
  const found: Route[] = [];
  collect(root, labels, found);
  return found;
}

function collect(route: Route, labels: LabelSet, found: Route[]): boolean {
  if (!matchesAll(route.matchers, labels)) return false;
  let taken = false;
  for (const child of route.routes) {
    if (!collect(child, labels, found)) continue;
    taken = true;
    if (!child.continue) break;
  }
  if (!taken) found.push(route);
  return true;
}

/** Every node of the tree, parents before children. */
export function* walkRoutes(root: Route): IterableIterator<Route> {
  yield root;
  for (const child of root.routes) yield* walkRoutes(child);
}
