import { isResolved, type Alert } from "../core/model/alert.ts";
import type { Silence } from "../core/model/silence.ts";
import { countMatching } from "../core/silencing/matching.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Clock } from "../dispatch/clock.ts";

/** ms; how long a silence that matches nothing is left without a word. */
const QUIET = 3_600_000;

export interface EffectOptions {
  readonly silences: Silences;
  readonly alerts: () => Iterable<Alert>;
  readonly clock: Clock;
}

/** What active silences match, and since when some match nothing. */
export class Effect {
  readonly #options: EffectOptions;
  /** ms; when each active silence matched something last, or was first seen. */
  readonly #matchedAt = new Map<string, number>();
  #quiet: ReadonlySet<string> = new Set();

  constructor(options: EffectOptions) {
    this.#options = options;
  }

  /** Looks at all active silences. @returns how many firing alerts each matches */
  look(): ReadonlyMap<string, number> {
    const { silences, clock } = this.#options;
    const now = clock.now();
    const active = [...silences.all()].filter((silence) => silenceState(silence, now) === "active");
    const counts = this.count(active);
    const quiet = new Set<string>();
    for (const [id, count] of counts) {
      if (count > 0 || !this.#matchedAt.has(id)) this.#matchedAt.set(id, now);
      if (count === 0 && now - (this.#matchedAt.get(id) ?? now) >= QUIET) quiet.add(id);
    }
    for (const id of this.#matchedAt.keys()) if (!counts.has(id)) this.#matchedAt.delete(id);
    this.#quiet = quiet;
    return counts;
  }

  /** How many firing alerts silences match, whether they are in force or not. */
  count(silences: readonly Silence[]): ReadonlyMap<string, number> {
    const { alerts, clock } = this.#options;
    const now = clock.now();
    return silences.length === 0 ? new Map() : countMatching(silences, firing(alerts(), now));
  }

  /** Active silences that have matched nothing for longer than an hour. */
  get matchingNothing(): number {
    return this.#quiet.size;
  }

  /** What is worth saying about a silence; null: nothing. */
  note(silence: Silence): string | null {
    if (!this.#quiet.has(silence.id)) return null;
    const since = new Date(this.#matchedAt.get(silence.id) ?? 0).toISOString();
    return `matches no firing alert, and has not since ${since}: is it still wanted, and are its matchers right?`;
  }
}

function* firing(alerts: Iterable<Alert>, now: number): Generator<Alert> {
  for (const alert of alerts) if (!isResolved(alert, now)) yield alert;
}
