import type { VerdictHappening } from "../core/interfaces/observing.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Group } from "./group.ts";
import type { Observers } from "./observers.ts";

type Verdict = VerdictHappening["change"];

/** What flushes find of alerts, told where it is another than at the flush before. An alert nothing mutes costs a look. */
export class Verdicts {
  /** Of muted alerts: what they are muted by, by route. */
  #muted = new WeakMap<LabelSet, Map<string, string>>();

  constructor(private readonly observers: Observers) {}

  /** @param by asked for only where there is something to tell */
  found(group: Group, labels: LabelSet, change: Verdict, at: number, by: () => readonly string[]): void {
    if (!this.observers.any) return;
    let routes = this.#muted.get(labels);
    if (change === "active") {
      if (routes?.delete(group.route.id) !== true) return;
      this.#tell(group, labels, change, at, []);
      return;
    }
    const names = by();
    const found = `${change} ${names.join(" ")}`;
    if (routes?.get(group.route.id) === found) return;
    if (routes === undefined) {
      routes = new Map();
      this.#muted.set(labels, routes);
    }
    routes.set(group.route.id, found);
    this.#tell(group, labels, change, at, names);
  }

  #tell(group: Group, labels: LabelSet, change: Verdict, at: number, by: readonly string[]): void {
    const { key: groupKey, route } = group;
    const about = { labels, groupKey, receiver: route.receiver, by };
    this.observers.happened({ kind: "verdict", change, at, origin: "here", ...about });
  }
}
