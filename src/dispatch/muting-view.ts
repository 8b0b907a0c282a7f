import type { Muting } from "../core/interfaces/backend.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Silences } from "../core/silencing/silences.ts";
import type { Running } from "./running.ts";

const NO_MUTING: Muting = { inhibitedBy: [], silencedBy: [] };

/** What mutes as it was when last looked at, and how often it had changed by then. */
interface Seen {
  readonly running: Running | undefined;
  readonly silences: number;
  readonly inhibition: number;
  readonly version: number;
}

/** What mutes alerts wherever they are routed. */
export class MutingView {
  readonly #silences: Silences;
  readonly #running: () => Running | undefined;
  #seen: Seen = { running: undefined, silences: 0, inhibition: 0, version: 0 };

  constructor(silences: Silences, running: () => Running | undefined) {
    this.#silences = silences;
    this.#running = running;
  }

  of(labels: LabelSet, now: number): Muting {
    const inhibition = this.#running()?.inhibitor.inhibitedBy(labels, now);
    const silencedBy = this.#silences.silencedBy(labels, now);
    if (inhibition === undefined && silencedBy.length === 0) return NO_MUTING;
    return { inhibitedBy: inhibition === undefined ? [] : [inhibition.source.labels.fingerprint], silencedBy };
  }

  /** Changes with what is muted, at the latest when it is asked for. */
  versionAt(now: number): number {
    const running = this.#running();
    const silences = this.#silences.versionAt(now);
    const inhibition = running?.inhibitor.versionAt(now) ?? 0;
    const seen = this.#seen;
    if (seen.running !== running || seen.silences !== silences || seen.inhibition !== inhibition) {
      this.#seen = { running, silences, inhibition, version: seen.version + 1 };
    }
    return this.#seen.version;
  }
}
