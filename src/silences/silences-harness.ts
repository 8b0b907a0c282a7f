import { bareMetrics } from "../metrics/bare.ts";
import { world, type World, type WorldOptions } from "../dispatch/engine-harness.ts";
import { createLogger } from "../server/logger.ts";
import { SILENCE_DEFAULTS, type SilenceSettings } from "../config/plus/silences.ts";
import { keepSilences, type SilenceKeeping } from "./index.ts";
import type { ScheduleContent } from "./schedule.ts";

/** The engine with what is done about silences, on a clock in memory. */
export interface Kept {
  readonly w: World;
  /** Of the engine that runs. */
  readonly keeping: SilenceKeeping;
  settings: SilenceSettings;
}

export async function keptWorld(options: WorldOptions = {}): Promise<Kept> {
  let keeping: SilenceKeeping | undefined;
  const state = { settings: SILENCE_DEFAULTS };
  const w = await world({
    ...options,
    onRestored(engine, { clock }) {
      keeping = keepSilences({
        engine,
        clock,
        log: createLogger({ level: "error", format: "logfmt", write: () => undefined, now: () => clock.now() }),
        metrics: bareMetrics(),
        settings: () => state.settings,
        turn: () => 0,
      });
    },
  });
  return Object.defineProperty(Object.assign(state, { w }), "keeping", { get: () => keeping }) as Kept;
}

export const ANN = { name: "ann", via: "api" };

/** A schedule that silences `alertname="A"`, every day at two in New York for an hour unless told otherwise. */
export function scheduled(change: Partial<ScheduleContent> = {}): ScheduleContent {
  return {
    name: "backup",
    matchers: [{ type: "=", name: "alertname", value: "A" }],
    comment: "the nightly backup",
    createdBy: "ann",
    createdAt: 0,
    enabled: true,
    timeZone: "America/New_York",
    weekly: null,
    cron: { expression: "0 2 * * *", duration: 3_600_000 },
    from: null,
    until: null,
    ...change,
  };
}
