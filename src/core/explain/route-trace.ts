import { goQuote } from "../model/goquote.ts";
import type { LabelSet } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Route } from "../routing/route.ts";

/** One route as it was tried. */
export interface RouteStep {
  readonly route: Route;
  /** `not tried`: a route before it took the alert and does not continue. */
  readonly outcome: "matched" | "not matched" | "not tried";
  /** Each matcher with the value it was given; none where the route was not tried. */
  readonly matchers: readonly MatcherResult[];
  /** It matches, and no route below it does: the alert is its own. */
  readonly takesAlert: boolean;
  /** What was tried below it. */
  readonly below: readonly RouteStep[];
}

export interface MatcherResult {
  readonly matcher: Matcher;
  readonly value: string;
  readonly matches: boolean;
}

/** A step with its way from the root. */
export interface PlacedStep {
  readonly step: RouteStep;
  /** IDs from the root to the route itself. */
  readonly path: readonly string[];
}

/** Tries a route and what is below it, in the order and with the outcome of `matchRoutes` (spec §3.7). */
export function traceRoutes(route: Route, labels: LabelSet): RouteStep {
  const matchers = route.matchers.map((matcher) => {
    const value = labels.get(matcher.name);
    return { matcher, value, matches: matcher.matches(value) };
  });
  if (!matchers.every(({ matches }) => matches)) {
    return { route, outcome: "not matched", matchers, takesAlert: false, below: [] };
  }
  const below: RouteStep[] = [];
  let isTaken = false;
  let goesOn = true;
  for (const child of route.routes) {
    if (!goesOn) {
      below.push({ route: child, outcome: "not tried", matchers: [], takesAlert: false, below: [] });
      continue;
    }
    const step = traceRoutes(child, labels);
    below.push(step);
    if (step.outcome !== "matched") continue;
    isTaken = true;
    goesOn = child.continue;
  }
  return { route, outcome: "matched", matchers, takesAlert: !isTaken, below };
}

/** A step and all below it, parents first. */
export function* walkSteps(step: RouteStep, above: readonly string[] = []): IterableIterator<PlacedStep> {
  const path = [...above, step.route.id];
  yield { step, path };
  for (const child of step.below) yield* walkSteps(child, path);
}

/** Why a route matched or not. With `every`, the values that made it match are told too. */
export function whyOf({ outcome, matchers }: RouteStep, every: boolean): string {
  if (outcome === "not tried") return "not tried: a route before it matches and does not continue";
  const told = matchers.filter(({ matches }) => every || !matches);
  const values = told.map(({ matcher, value }) => `${matcher.name} is ${goQuote(value)}`).join(", ");
  return (outcome === "matched" ? "matches" : "does not match") + (values === "" ? "" : `: ${values}`);
}
