import { goQuote } from "../core/model/goquote.ts";
import { isValidLabelName } from "../core/model/matcher-parse.ts";
import type { Matcher } from "../core/model/matcher.ts";
import { checkClassicNames, matcherList, matchRegexps, mergeMatchers } from "./matchers.ts";
import { list, map, nilableList, optional, refuse, stringMap, strings } from "./schema/collections.ts";
import { labelName, promDuration } from "./schema/go-types.ts";
import { bool, string, stringNamed } from "./schema/scalars.ts";
import { shown, struct } from "./schema/struct.ts";
import type { Type } from "./schema/type.ts";
import type { RouteConfig, StringMap } from "./types.ts";

/** A route as the file has it. */
export interface RouteFile {
  receiver: string;
  group_by: string[] | undefined;
  match: StringMap;
  match_re: Record<string, string | undefined>;
  matchers: Matcher[];
  mute_time_intervals: string[];
  active_time_intervals: string[];
  continue: boolean;
  routes: (RouteFile | undefined)[];
  group_wait: number | undefined;
  group_interval: number | undefined;
  repeat_interval: number | undefined;
  labels: StringMap;
}

/** A route refers to its own type: this stands for it while it is being described. */
const nested: Type<RouteFile | undefined> = {
  name: "config.plain",
  zero: () => undefined,
  decode: (node, current, decoder) => route.decode(node, current ?? route.zero(), decoder),
  isZero: (value) => value === undefined,
  encode: (value, encoder) => optional(route).encode(value, encoder),
};

/** A node of `route` (spec §4.4). */
export const route: Type<RouteFile> = struct<RouteFile>({
  name: "config.Route",
  fields: {
    receiver: string,
    group_by: nilableList(string, "string"),
    match: stringMap,
    match_re: matchRegexps,
    matchers: matcherList,
    mute_time_intervals: strings,
    active_time_intervals: strings,
    continue: shown(bool),
    routes: list(nested, "*config.Route"),
    group_wait: optional(promDuration),
    group_interval: optional(promDuration),
    repeat_interval: optional(promDuration),
    labels: map(stringNamed("model.LabelValue"), "model.LabelSet", { keyType: labelName }),
  },
  validate(value, { context }) {
    const isValid = (name: string) => isValidLabelName(context.matcherMode, name);
    checkClassicNames(value.match);
    for (const name of Object.keys(value.labels)) {
      if (!isValid(name)) refuse(`invalid label name ${goQuote(name)} in route labels`);
    }
    checkGroupBy(value.group_by ?? [], isValid);
    if (value.group_interval === 0) refuse("group_interval cannot be zero");
    if (value.repeat_interval === 0) refuse("repeat_interval cannot be zero");
  },
});

function checkGroupBy(groupBy: readonly string[], isValid: (name: string) => boolean): void {
  const labels = groupBy.filter((name) => name !== "...");
  for (const name of labels) {
    if (!isValid(name)) refuse(`invalid label name ${goQuote(name)} in group_by list`);
  }
  if (labels.length > 0 && labels.length < groupBy.length) {
    refuse("cannot have wildcard group_by (`...`) and other labels at the same time");
  }
  labels.forEach((name, i) => {
    if (labels.indexOf(name) < i) refuse(`duplicated label ${goQuote(name)} in group_by`);
  });
}

/**
 * Checks the tree as a whole: the root's own rules, and that every receiver named is there.
 * @throws ConfigError
 */
export function checkRoot(root: RouteFile | undefined, receivers: ReadonlySet<string>): asserts root is RouteFile {
  if (root === undefined) return refuse("no routes provided");
  if (root.receiver === "") refuse("root route must specify a default receiver");
  const { match, match_re, matchers } = root;
  if (Object.keys(match).length > 0 || Object.keys(match_re).length > 0 || matchers.length > 0) {
    refuse("root route must not have any matchers");
  }
  if (root.mute_time_intervals.length > 0) refuse("root route must not have any mute time intervals");
  if (root.active_time_intervals.length > 0) refuse("root route must not have any active time intervals");
  checkReceivers(root, receivers);
}

function checkReceivers(node: RouteFile, receivers: ReadonlySet<string>): void {
  // Upstream's program ends on a null among the routes; it is refused in the words it has for a route's absence.
  for (const child of node.routes) checkReceivers(child ?? refuse("no routes provided"), receivers);
  if (node.receiver !== "" && !receivers.has(node.receiver)) {
    refuse(`undefined receiver ${goQuote(node.receiver)} used in route`);
  }
}

export function checkTimeIntervals(node: RouteFile, names: ReadonlySet<string>): void {
  for (const child of node.routes) if (child !== undefined) checkTimeIntervals(child, names);
  for (const name of [...node.active_time_intervals, ...node.mute_time_intervals]) {
    if (!names.has(name)) refuse(`undefined time interval ${goQuote(name)} used in route`);
  }
}

/** The route as the routing tree is built from it. */
export function toRouteConfig(file: RouteFile): RouteConfig {
  const { match, match_re, matchers, routes, ...rest } = file;
  return {
    ...rest,
    matchers: mergeMatchers(match, match_re, matchers),
    routes: routes.filter((child) => child !== undefined).map(toRouteConfig),
  };
}
