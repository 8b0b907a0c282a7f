import type { Metrics } from "../metrics/index.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { alertSeries } from "./alert-series.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** What upstream's gauges of state are read from. */
export interface ExposedState {
  readonly metrics: Metrics;
  /** ms */
  readonly now: () => number;
  readonly dispatcher: () => Dispatcher | undefined;
  readonly silences: Silences;
  /** Whether alerts are counted for each group. */
  readonly byGroup: boolean;
}

/** Has the gauges of alerts, groups and silences read when somebody looks. */
export function exposeState({ metrics, now, dispatcher, silences, byGroup }: ExposedState): void {
  metrics.alerts.read = () => alertSeries(dispatcher()?.groups() ?? [], now(), byGroup);
  metrics.dispatcher.aggregationGroups.read = () => dispatcher()?.groupCount ?? 0;
  metrics.silences.byState.read = () => {
    const counts = { active: 0, expired: 0, pending: 0 };
    const at = now();
    for (const silence of silences.all()) counts[silenceState(silence, at)]++;
    return Object.entries(counts).map(([state, count]) => [[state], count] as const);
  };
  metrics.silences.stateSize.read = () => silences.size;
  metrics.silences.matcherIndexSize.read = () => silences.size;
  metrics.silences.versionIndexSize.read = () => silences.size;
}
