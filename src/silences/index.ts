import { Gauge } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import type { SilenceSettings } from "../config/plus/silences.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { Effect } from "./effect.ts";
import { Reminders } from "./reminders.ts";
import { Schedules } from "./schedules.ts";

export interface SilenceKeepingOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** As the configuration in force has them. */
  readonly settings: () => SilenceSettings;
  /** ms to leave to other servers that share our state and come first; 0 for a server that is alone. */
  readonly turn: () => number;
}

/** ms between two looks at what silences match, and at what they were made for. */
const LOOK = 60_000;

/** What the server does about silences by itself. */
export interface SilenceKeeping {
  readonly schedules: Schedules;
  readonly acknowledgements: Acknowledgements;
  readonly effect: Effect;
  stop(): void;
}

/** Begins, with the silences of schedules that are due by now: before anything is sent. */
export function keepSilences(options: SilenceKeepingOptions): SilenceKeeping {
  const { engine, clock, log, metrics, settings, turn } = options;
  const { heldSilences: silences, silenceDesk: desk, documents } = engine;
  const alerts = () => engine.alerts();
  const schedules = new Schedules({ documents, silences, desk, clock, log, turn });
  const acknowledgements = new Acknowledgements({
    silences,
    desk,
    clock,
    alert: (labels) => engine.alert(labels),
    knowsEnds: () => engine.knowsEnds,
    turn,
    longest: () => settings().acknowledgement.max,
  });
  const effect = new Effect({ silences, alerts, clock });
  const ingest = (posted: Parameters<Engine["ingest"]>[0]) => engine.ingest(posted);
  const reminders = new Reminders({ silences, alerts, ingest, clock, before: () => settings().reminder.before });
  const quiet = metrics.add(
    "alertmanager_plus_silences_matching_nothing",
    "Active silences that have matched no firing alert for longer than an hour.",
    "gauge",
    [],
    new Gauge(),
  );

  schedules.start();
  acknowledgements.look();
  const forget = engine.observers.add(acknowledgements);
  let timer: Cancel | undefined;
  const arm = () => {
    timer = clock.schedule(LOOK, () => {
      acknowledgements.look();
      effect.look();
      quiet.set(effect.matchingNothing);
      reminders.look().catch((error: unknown) => log.error("Reminders of silences failed", { err: error }));
      arm();
    });
  };
  arm();
  return {
    schedules,
    acknowledgements,
    effect,
    stop() {
      timer?.();
      forget();
      schedules.stop();
    },
  };
}
