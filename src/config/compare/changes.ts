import { createHash } from "node:crypto";
import { matchersToString } from "../../core/model/matcher.ts";
import { buildRoutes, walkRoutes, type Route } from "../../core/routing/route.ts";
import { timersOf } from "../../core/routing/timers.ts";
import { Secret } from "../secret.ts";
import type { Config, InhibitRuleConfig } from "../types.ts";

/** One thing of a kind that is in both configurations and not the same. */
export interface Changed {
  readonly name: string;
  /** The keys that differ, as in the file. */
  readonly keys: readonly string[];
}

export interface ChangesOf {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Changed[];
}

/** What differs in what two configurations mean. Routes are named by their matchers from the root down. */
export interface ConfigChanges {
  readonly routes: ChangesOf;
  readonly receivers: ChangesOf;
  readonly inhibitRules: ChangesOf;
  readonly intervals: ChangesOf;
}

/** Compares two configurations. Changed secrets count as changes; nothing of them is shown. */
export function configChanges(before: Config, after: Config): ConfigChanges {
  return {
    routes: compare(routesOf(before), routesOf(after)),
    receivers: compare(byName(before.receivers), byName(after.receivers)),
    inhibitRules: compare(rulesOf(before), rulesOf(after)),
    intervals: compare(intervalsOf(before), intervalsOf(after)),
  };
}

type Things = ReadonlyMap<string, object>;

function compare(before: Things, after: Things): ChangesOf {
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after].flatMap(([name, now]): Changed[] => {
      const was = before.get(name);
      if (was === undefined) return [];
      const keys = differingKeys(was, now);
      return keys.length === 0 ? [] : [{ name, keys }];
    }),
  };
}

function differingKeys(before: object, after: object): string[] {
  const old = before as Record<string, unknown>;
  const now = after as Record<string, unknown>;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => text(old[key]) !== text(now[key]));
}

/** A value as text, for comparing only: secrets by a hash, so that not even this holds them. */
function text(value: unknown): string {
  const written = JSON.stringify(value, function (this: Record<string, unknown>, key: string, shown: unknown) {
    const own = this[key];
    if (own instanceof Secret) return createHash("sha256").update(own.reveal()).digest("hex");
    return typeof shown === "bigint" ? String(shown) : shown;
  }) as string | undefined;
  return written ?? "";
}

/** Adds to things by name; the second one of a name has a number. */
function put(things: Map<string, object>, name: string, thing: object): void {
  let unique = name;
  for (let n = 2; things.has(unique); n++) unique = `${name} (${n})`;
  things.set(unique, thing);
}

function routesOf({ route }: Config): Things {
  const routes = new Map<string, object>();
  for (const one of walkRoutes(buildRoutes(route))) put(routes, one.key, shownRoute(one));
  return routes;
}

function shownRoute(route: Route): object {
  return {
    receiver: route.receiver,
    group_by: route.groupByAll ? ["..."] : route.groupBy,
    continue: route.continue,
    ...timersOf(route),
    mute_time_intervals: route.muteTimeIntervals,
    active_time_intervals: route.activeTimeIntervals,
    labels: route.labels,
    // Which of two routes comes first decides who takes an alert.
    routes: route.routes.map(({ key }) => key),
  };
}

function byName(list: readonly { readonly name: string }[]): Things {
  return new Map(list.map((one) => [one.name, one]));
}

function rulesOf({ inhibit_rules }: Config): Things {
  const rules = new Map<string, object>();
  for (const rule of inhibit_rules) put(rules, rule.name === "" ? ruleText(rule) : rule.name, shownRule(rule));
  return rules;
}

function ruleText(rule: InhibitRuleConfig): string {
  return `${matchersToString(rule.source_matchers)} mutes ${matchersToString(rule.target_matchers)}`;
}

function shownRule(rule: InhibitRuleConfig): object {
  return {
    source_matchers: matchersToString(rule.source_matchers),
    target_matchers: matchersToString(rule.target_matchers),
    equal: rule.equal,
  };
}

function intervalsOf({ time_intervals, mute_time_intervals }: Config): Things {
  return byName([...mute_time_intervals, ...time_intervals]);
}
