import type { SilenceResult } from "../core/interfaces/backend.ts";
import type { Actor, Happening, Observer } from "../core/interfaces/observing.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Silence } from "../core/model/silence.ts";
import { Timestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { ACKNOWLEDGES_ANNOTATION, acknowledgedLabels, acknowledgementOf } from "../core/silencing/origin.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { SilenceDesk } from "../dispatch/silence-desk.ts";

export interface AcknowledgementsOptions {
  readonly silences: Silences;
  readonly desk: Pick<SilenceDesk, "set" | "end">;
  readonly clock: Clock;
  /** The version of an alert that is here. */
  readonly alert: (labels: LabelSet) => Alert | undefined;
  /** Whether what has ended can be known. */
  readonly knowsEnds: () => boolean;
  /** ms to leave to other servers that share our state and come first; 0 for a server that is alone. */
  readonly turn: () => number;
  /** ms; the longest an acknowledgement lasts. */
  readonly longest: () => number;
}

/** What somebody says to an acknowledged alert. */
export interface Acknowledgement {
  readonly createdBy: string;
  readonly comment: string;
}

const ENDED: Actor = { name: "alert resolved", via: "acknowledgement" };
/** ms; how long an alert may be unknown before it counts as gone: after a start its sender has yet to send it again. */
const UNKNOWN = 15 * 60_000;

/**
 * Silences of single alerts that end with them: each has a matcher for every label of its alert, and the alert's end, which
 * is told as usual, ends it, so that the alert is told of when it fires again.
 */
export class Acknowledgements implements Observer {
  readonly #options: AcknowledgementsOptions;
  /** ms; since when the alert of a silence has not been known here. */
  readonly #unknownSince = new Map<string, number>();
  /** By fingerprint. */
  readonly #underWay = new Map<string, Promise<SilenceResult>>();

  constructor(options: AcknowledgementsOptions) {
    this.#options = options;
  }

  /** Those in force, in the order they end. */
  list(): Silence[] {
    const { silences, clock } = this.#options;
    const now = clock.now();
    const found = [...silences.all()].filter(
      (silence) => acknowledgementOf(silence) !== undefined && silenceState(silence, now) === "active",
    );
    return found.toSorted((a, b) => a.endsAt.compare(b.endsAt) || (a.id < b.id ? -1 : 1));
  }

  /** The acknowledgements of an alert in force: several where it was acknowledged at several servers at once. */
  of(labels: LabelSet): Silence[] {
    const { silences, clock } = this.#options;
    return silences.silencedBy(labels, clock.now()).flatMap((id) => {
      const silence = silences.get(id);
      return silence !== undefined && acknowledgementOf(silence) === labels.fingerprint ? [silence] : [];
    });
  }

  /** Acknowledges a firing alert; one that is acknowledged stays as it is. */
  acknowledge({ labels }: Alert, said: Acknowledgement, actor: Actor): Promise<SilenceResult> {
    const [held] = this.of(labels);
    if (held !== undefined) return Promise.resolve({ ok: true, id: held.id });
    const { fingerprint } = labels;
    const underWay = this.#underWay.get(fingerprint);
    if (underWay !== undefined) return underWay;
    const result = this.#make(labels, said, actor).finally(() => this.#underWay.delete(fingerprint));
    this.#underWay.set(fingerprint, result);
    return result;
  }

  #make(labels: LabelSet, { createdBy, comment }: Acknowledgement, actor: Actor): Promise<SilenceResult> {
    const { desk, clock, longest } = this.#options;
    return desk.set(
      {
        id: "",
        matchers: Array.from(labels.entries(), ([name, value]) => ({ type: "=", name, value })),
        startsAt: ZERO_TIME,
        endsAt: new Timestamp(clock.now() + longest()),
        createdBy,
        comment,
        annotations: { [ACKNOWLEDGES_ANNOTATION]: labels.fingerprint },
      },
      actor,
    );
  }

  /** Ends the acknowledgement of an alert that ends, before it can fire again. */
  happened(happening: Happening): void {
    if (happening.kind !== "alert" || happening.change !== "resolved") return;
    for (const silence of this.of(happening.alert.labels)) this.#end(silence);
  }

  /** Ends those of alerts that ended unseen, or do not come back. */
  look(): void {
    const { clock, alert, knowsEnds } = this.#options;
    if (!knowsEnds()) return;
    const now = clock.now();
    const inForce = this.list();
    for (const silence of inForce) {
      const held = alert(acknowledgedLabels(silence));
      if (held !== undefined) {
        this.#unknownSince.delete(silence.id);
        if (isResolved(held, now)) this.#end(silence);
        continue;
      }
      const since = this.#unknownSince.get(silence.id) ?? now;
      this.#unknownSince.set(silence.id, since);
      if (since + UNKNOWN <= now) this.#end(silence);
    }
    const ids = new Set(inForce.map(({ id }) => id));
    for (const id of this.#unknownSince.keys()) if (!ids.has(id)) this.#unknownSince.delete(id);
  }

  /** Each server sees the alert end; the first of them tells. */
  #end(silence: Silence): void {
    const { desk, turn } = this.#options;
    desk.end(silence, ENDED, turn() === 0);
  }
}
