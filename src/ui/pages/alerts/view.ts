import { type Place, go, href } from "../../route.ts";
import { formatMatchers, isSame, type Matcher, parseMatchers } from "../../text/matchers.ts";

/** What of the alerts is shown, as the address has it: upstream's parameters and a few of our own. */
export interface AlertsView {
  readonly matchers: readonly Matcher[];
  readonly words: string;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  readonly muted: boolean;
  readonly active: boolean;
  readonly receiver: string;
  readonly severity: string;
  readonly category: string;
  /** Names of the labels to group by; none: one list. */
  readonly group: readonly string[];
  readonly sort: string;
}

export function viewOf({ query }: Place): AlertsView {
  const is = (name: string) => query.get(name) === "true";
  return {
    matchers: query.getAll("filter").flatMap((text) => parseMatchers(text) ?? []),
    words: query.get("q") ?? "",
    silenced: is("silenced"),
    inhibited: is("inhibited"),
    muted: is("muted"),
    active: query.get("active") !== "false",
    // Upstream's links have a name in which all that a regular expression could take otherwise is escaped.
    receiver: (query.get("receiver") ?? "").replace(/\\(.)/g, "$1"),
    severity: query.get("severity") ?? "",
    category: query.get("category") ?? "",
    group: (query.get("group") ?? "").split(",").filter((name) => name !== ""),
    sort: query.get("sort") ?? "-startsAt",
  };
}

export function linkOf(view: AlertsView): string {
  return href("/alerts", {
    filter: view.matchers.length === 0 ? "" : formatMatchers(view.matchers),
    q: view.words,
    silenced: view.silenced,
    inhibited: view.inhibited,
    muted: view.muted,
    active: view.active ? "" : "false",
    receiver: view.receiver,
    severity: view.severity,
    category: view.category,
    group: view.group.join(","),
    sort: view.sort === "-startsAt" ? "" : view.sort,
  });
}

export function show(view: AlertsView, change: Partial<AlertsView>): void {
  go(linkOf({ ...view, ...change }));
}

/** Takes the matcher in, or out where it is in already. */
export function toggle(view: AlertsView, matcher: Matcher): void {
  const others = view.matchers.filter((one) => !isSame(one, matcher));
  show(view, { matchers: others.length < view.matchers.length ? others : [...others, matcher] });
}

/** What the API is asked for. */
export function parametersOf(view: AlertsView): Record<string, string | readonly string[]> {
  const states = [
    ...(view.active ? ["active", "unprocessed"] : []),
    ...(["silenced", "inhibited", "muted"] as const).filter((state) => view[state]),
  ];
  return {
    filter: view.matchers.length === 0 ? [] : [formatMatchers(view.matchers)],
    state: states,
    receiver: view.receiver,
    severity: view.severity,
    category: view.category,
    q: view.words,
  };
}

/** Whether anything narrows the view. */
export function isNarrowed(view: AlertsView): boolean {
  return view.matchers.length > 0 || view.words + view.receiver + view.severity + view.category !== "";
}
