import type { Actor, SilenceHappening } from "../core/interfaces/observing.ts";
import type { PostableSilence } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { formatNano, Timestamp } from "../core/model/timestamp.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { canUpdate, expire, silenceState } from "../core/silencing/state.ts";
import { compileMatcherSet, InvalidSilence } from "../core/silencing/validate.ts";
import type { SilenceResult } from "../core/interfaces/backend.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Clock } from "./clock.ts";
import type { Journal } from "./journal.ts";
import type { Observers } from "./observers.ts";

export interface SilenceDeskOptions {
  readonly silences: Silences;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isLabelName: (name: string) => boolean;
  /** Most silences kept, expired ones included; 0 or less for no limit. */
  readonly maxSilences: number;
  /** Most bytes of one silence as upstream stores it; 0 or less for no limit. */
  readonly maxSize: number;
  /** Bytes of a silence as upstream stores it. */
  readonly sizeOf: (silence: Silence) => number;
  /** `--log.silences` */
  readonly logChanges: boolean;
  readonly observers: Observers;
  /** Told of what was created, changed or ended, once it is stored. */
  readonly onChanged: (silences: readonly Silence[]) => void;
  /** Learns what other servers changed, before a silence that may be theirs is looked up. */
  readonly refresh: () => Promise<void>;
}

/** A silence as it was and as it is now. */
type Change = Pick<SilenceHappening, "change" | "before" | "actor"> & { readonly after: Silence };

/** Creates, changes and ends silences by upstream's rules (spec §7.2, §7.3); what is not stored does not take effect. */
export class SilenceDesk {
  readonly #options: SilenceDeskOptions;
  /** New ones on their way to the store, which count against the limit. */
  #arriving = 0;

  constructor(options: SilenceDeskOptions) {
    this.#options = options;
  }

  /** @param actor who asked for it; whom the silence names unless told */
  async set(posted: PostableSilence, actor: Actor = { name: posted.createdBy, via: "api" }): Promise<SilenceResult> {
    const { silences, clock, isLabelName, refresh } = this.#options;
    if (posted.id !== "") await refresh();
    const now = clock.now();
    const updatedAt = new Timestamp(now);
    const startsAt = posted.startsAt.isZero ? updatedAt : inUtc(posted.startsAt);
    let wanted: Silence;
    try {
      const matcherSets = [compileMatcherSet(posted.matchers, isLabelName)];
      const { id, createdBy, comment, annotations } = posted;
      wanted = { id, matcherSets, startsAt, endsAt: inUtc(posted.endsAt), updatedAt, createdBy, comment, annotations };
      if (wanted.endsAt.isZero) throw new InvalidSilence("invalid silence: invalid zero end timestamp");
      if (wanted.endsAt.compare(startsAt) < 0) {
        throw new InvalidSilence("invalid silence: end time must not be before start time");
      }
    } catch (e) {
      if (e instanceof InvalidSilence) return refuse("invalid", e.message);
      throw e;
    }
    const held = posted.id === "" ? undefined : silences.get(posted.id);
    if (posted.id !== "" && held === undefined) return refuse("not found", "silence not found");
    if (held !== undefined && canUpdate(held, wanted, now)) return this.#update(held, laterThan(held, wanted), actor);
    return this.#create(wanted, held, now, actor);
  }

  /** @param actor who asked for it, where that is known */
  async expire(id: string, actor?: Actor): Promise<SilenceResult> {
    const { silences, clock, refresh } = this.#options;
    await refresh();
    const held = silences.get(id);
    if (held === undefined) return refuse("not found", "silence not found");
    const now = clock.now();
    if (silenceState(held, now) === "expired") return { ok: true, id };
    const change: Change = { change: "expired", before: held, after: laterThan(held, expire(held, now)), actor };
    return this.#store(id, [change], () => this.#tell("expire silence", held));
  }

  /**
   * Puts in force what the server itself has made of a silence: at once, stored as soon as it can be.
   *
   * @param isTold whether it goes into the history; false where another server tells it
   */
  place(silence: Silence, actor: Actor, isTold = true): void {
    const { silences, journal, clock } = this.#options;
    const before = silences.get(silence.id);
    const isOver = silenceState(silence, clock.now()) === "expired";
    const change = before === undefined ? "created" : isOver ? "expired" : "updated";
    silences.put(silence);
    if (!isTold) {
      journal.silence(silence.id);
      return;
    }
    const placed: Change = { change, before, after: silence, actor };
    // What the store refuses is kept by the journal, which tells it again.
    journal.commit({ silences: [silence] }).catch(() => undefined);
    this.#changed([placed]);
    this.#tell(
      change === "created" ? "create silence" : change === "expired" ? "expire silence" : "update silence",
      silence,
    );
  }

  /** The same for the end of a silence, now. */
  end(held: Silence, actor: Actor, isTold = true): void {
    const now = this.#options.clock.now();
    if (silenceState(held, now) !== "expired") this.place(laterThan(held, expire(held, now)), actor, isTold);
  }

  #update(held: Silence, wanted: Silence, actor: Actor): Promise<SilenceResult> | SilenceResult {
    const change: Change = { change: "updated", before: held, after: wanted, actor };
    return this.#tooLarge(wanted) ?? this.#store(held.id, [change], () => this.#tell("update silence", wanted));
  }

  async #create(wanted: Silence, replaced: Silence | undefined, now: number, actor: Actor): Promise<SilenceResult> {
    const { silences, maxSilences } = this.#options;
    const count = silences.size + this.#arriving;
    if (maxSilences > 0 && count + 1 > maxSilences) {
      return refuse("invalid", `exceeded maximum number of silences: ${count} (limit: ${maxSilences})`);
    }
    const startsAt = wanted.startsAt.ms < now ? new Timestamp(now) : wanted.startsAt;
    const created: Silence = { ...wanted, id: crypto.randomUUID(), startsAt };
    const tooLarge = this.#tooLarge(created);
    if (tooLarge !== undefined) return tooLarge;
    const ended: Change[] =
      replaced !== undefined && silenceState(replaced, now) !== "expired"
        ? [{ change: "expired", before: replaced, after: laterThan(replaced, expire(replaced, now)), actor }]
        : [];
    const creation: Change = { change: "created", before: undefined, after: created, actor };
    this.#arriving++;
    try {
      return await this.#store(created.id, [...ended, creation], () => {
        if (replaced !== undefined && ended.length > 0) this.#tell("expire silence", replaced);
        this.#tell("create silence", created);
      });
    } finally {
      this.#arriving--;
    }
  }

  #tooLarge(silence: Silence): SilenceResult | undefined {
    const { maxSize, sizeOf } = this.#options;
    if (maxSize <= 0) return undefined;
    const size = sizeOf(silence);
    if (size <= maxSize) return undefined;
    return refuse("invalid", `silence exceeded maximum size: ${size} bytes (limit: ${maxSize} bytes)`);
  }

  /** Stores first and lets it take effect only then: a silence that is not stored would be lifted by a restart. */
  async #store(id: string, changes: readonly Change[], done: () => void): Promise<SilenceResult> {
    const { journal, silences } = this.#options;
    try {
      await journal.commit({ silences: changes.map(({ after }) => after) });
    } catch (e) {
      return refuse("not stored", `failed to store silence: ${(e as Error).message}`);
    }
    for (const { after } of changes) silences.put(after);
    this.#changed(changes);
    done();
    return { ok: true, id };
  }

  #changed(changes: readonly Change[]): void {
    const { clock, observers, onChanged } = this.#options;
    onChanged(changes.map(({ after }) => after));
    for (const change of changes) observers.happened({ kind: "silence", at: clock.now(), origin: "here", ...change });
  }

  #tell(message: string, silence: Silence): void {
    if (!this.#options.logChanges) return;
    this.#options.log.info(message, {
      Id: silence.id,
      CreatedBy: silence.createdBy,
      Comment: silence.comment,
      StartsAt: formatNano(silence.startsAt),
      EndsAt: formatNano(silence.endsAt),
      Matchers: silence.matcherSets.flatMap((set) => set.map((m) => `${m.name}${m.type}${m.value}`)).join(","),
    });
  }
}

/** A change that counts as later than what it changes, whatever the clocks of the servers say that made the two. */
function laterThan(held: Silence, changed: Silence): Silence {
  if (changed === held || changed.updatedAt.compare(held.updatedAt) > 0) return changed;
  return { ...changed, updatedAt: new Timestamp(held.updatedAt.ms + 1) };
}

function refuse(kind: "invalid" | "not found" | "not stored", message: string): SilenceResult {
  return { ok: false, kind, message };
}

function inUtc(t: Timestamp): Timestamp {
  return t.offset === 0 ? t : new Timestamp(t.ms, t.nanos);
}
