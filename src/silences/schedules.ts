import type { Actor } from "../core/interfaces/observing.ts";
import type { Occurrence } from "../core/schedules/occurrences.ts";
import { scheduleOf as originOf } from "../core/silencing/origin.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Documents } from "../dispatch/documents.ts";
import type { SilenceDesk } from "../dispatch/silence-desk.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { SCHEDULE, scheduleOf, silenceIdOf, silenceOf, type Schedule, type ScheduleContent } from "./schedule.ts";

export interface SchedulesOptions {
  readonly documents: Documents;
  readonly silences: Silences;
  readonly desk: Pick<SilenceDesk, "place" | "end">;
  readonly clock: Clock;
  readonly log: Logger;
  /** ms to leave to other servers that share our state and come first; 0 for a server that is alone. */
  readonly turn: () => number;
}

/** An occurrence whose silence somebody ended before its time; it does not come again. */
const SKIPPED = "skipped occurrence";
/** ms; the longest the clock goes unasked, which may have been set. */
const LOOK = 60_000;
/** ms others have to be told of a change before anybody makes up for what they did not do. */
const PATIENCE = 2000;
/** Schedules; enough for anybody, and not too many to look after. */
const MOST = 1000;
/** Occurrences somebody may have ended in a row, of those to come. */
const MOST_SKIPPED = 100;

/** Why there can be no further schedule. */
export class TooManySchedules extends Error {}

/**
 * Silences that come again and again. Of each schedule the silence in force and the next one are ordinary silences, made ahead
 * of time under IDs that follow from schedule and time: however many servers make them, there is one.
 */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #read = new Map<string, Schedule | undefined>();
  #timer: Cancel | undefined;
  #stopped = false;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** Makes the silences due by now, before anything is sent, and goes on from there. */
  start(): void {
    const { documents } = this.#options;
    documents.watch(SCHEDULE, () => this.#lookIn(PATIENCE + this.#options.turn()));
    if (documents.list(SCHEDULE).length > 0) this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  /** In the order they were made. */
  list(): Schedule[] {
    return this.#options.documents
      .list(SCHEDULE)
      .flatMap(({ key }) => this.get(key) ?? [])
      .toSorted((a, b) => a.content.createdAt - b.content.createdAt || (a.id < b.id ? -1 : 1));
  }

  get(id: string): Schedule | undefined {
    const { documents, log } = this.#options;
    const row = documents.row({ kind: SCHEDULE, key: id });
    if (row === undefined || row.content === null) {
      this.#read.delete(id);
      return undefined;
    }
    const known = this.#read.get(id);
    if (known?.version === row.updatedAt) return known;
    let schedule: Schedule | undefined;
    try {
      schedule = scheduleOf(id, row.updatedAt, row.content as ScheduleContent);
    } catch (error) {
      log.error("A schedule of silences cannot be understood and silences nothing", { id, err: error });
    }
    this.#read.set(id, schedule);
    return schedule;
  }

  /**
   * Makes or changes a schedule. What it silenced ends, what it silences from now on begins.
   *
   * @throws TooManySchedules
   * @throws StorageError when it is not stored and so not in effect
   */
  async put(id: string, content: ScheduleContent, actor: Actor): Promise<void> {
    const { documents } = this.#options;
    if (documents.get(SCHEDULE, id) === undefined && documents.list(SCHEDULE).length >= MOST) {
      throw new TooManySchedules(`there are ${MOST} schedules already, which is the most`);
    }
    await documents.put(SCHEDULE, id, content);
    this.#look(actor);
  }

  /** @throws StorageError when that is not stored and so not in effect */
  async remove(id: string, actor: Actor): Promise<void> {
    await this.#options.documents.remove(SCHEDULE, id);
    this.#look(actor);
  }

  /**
   * The occurrences that will silence, in the order they begin: those in force, and those to come but for skipped ones.
   *
   * @param from ms; those that are over by then are left out
   */
  *upcoming(schedule: Schedule, now: number, from = now): Generator<Occurrence> {
    const { silences } = this.#options;
    for (const one of this.#notKnownSkipped(schedule, Math.max(now, from))) {
      const held = silences.get(silenceIdOf(schedule, one));
      if (held === undefined || silenceState(held, now) !== "expired") yield one;
    }
  }

  /** The same, and those somebody has ended a moment ago. */
  *#notKnownSkipped(schedule: Schedule, now: number): Generator<Occurrence> {
    for (const one of schedule.occurrences.current(now)) if (!this.#isSkipped(schedule, one)) yield one;
    let skipped = 0;
    for (const one of schedule.occurrences.beginningFrom(now + 1)) {
      if (!this.#isSkipped(schedule, one)) yield one;
      else if (++skipped > MOST_SKIPPED) return;
    }
  }

  /** The silence of an occurrence; undefined while there is none. */
  silenceId(schedule: Schedule, occurrence: Occurrence): string | undefined {
    const id = silenceIdOf(schedule, occurrence);
    return this.#options.silences.get(id) === undefined ? undefined : id;
  }

  /** @param actor who changed something; undefined where time did */
  #look(actor?: Actor): void {
    if (this.#stopped) return;
    const { clock, documents } = this.#options;
    const now = clock.now();
    const schedules = this.list();
    this.#endOutdated(actor ?? { name: "schedule", via: "schedule" });
    let next = now + LOOK;
    for (const schedule of schedules) {
      if (!schedule.content.enabled) continue;
      next = Math.min(next, this.#makeAhead(schedule, now, actor));
    }
    this.#forgetSkipped(now);
    if (documents.list(SCHEDULE).length > 0 || documents.list(SKIPPED).length > 0) {
      this.#lookIn(Math.max(0, next - now) + this.#options.turn());
    }
  }

  #lookIn(delay: number): void {
    this.#timer?.();
    if (!this.#stopped) this.#timer = this.#options.clock.schedule(delay, () => this.#look());
  }

  /** Ends the silences of schedules that are known to be gone, off, or other ones by now: what is not known may be on its way. */
  #endOutdated(actor: Actor): void {
    const { documents, silences, desk, clock } = this.#options;
    const now = clock.now();
    for (const silence of silences.all()) {
      const origin = originOf(silence);
      const row = origin === undefined ? undefined : documents.row({ kind: SCHEDULE, key: origin.id });
      if (origin === undefined || row === undefined) continue;
      const isOff = row.content === null || !(row.content as ScheduleContent).enabled;
      const isOutdated = row.updatedAt > origin.version || (isOff && row.updatedAt === origin.version);
      if (isOutdated && silenceState(silence, now) !== "expired") desk.end(silence, actor);
    }
  }

  /** Sees to it that there are the silences in force and the next one. @returns ms; when there is something to do again */
  #makeAhead(schedule: Schedule, now: number, by: Actor | undefined): number {
    const { silences, desk } = this.#options;
    const actor = by ?? { name: schedule.content.createdBy, via: "schedule" };
    const make = (one: Occurrence): boolean => {
      const held = silences.get(silenceIdOf(schedule, one));
      if (held === undefined) desk.place(silenceOf(schedule, one), actor);
      else if (silenceState(held, now) === "expired") {
        this.#skip(held.id, one);
        return false;
      }
      return true;
    };
    for (const one of this.#notKnownSkipped(schedule, now)) {
      if (make(one) && one.startsAt > now) return one.startsAt;
    }
    return Infinity;
  }

  #isSkipped(schedule: Schedule, occurrence: Occurrence): boolean {
    return this.#options.documents.get(SKIPPED, silenceIdOf(schedule, occurrence)) !== undefined;
  }

  /** Remembers what somebody ended for as long as it would silence: the silence itself is collected before. */
  #skip(silenceId: string, { endsAt }: Occurrence): void {
    // Not stored, it is tried again with the next look.
    this.#options.documents.put(SKIPPED, silenceId, { until: endsAt }).catch(() => undefined);
  }

  #forgetSkipped(now: number): void {
    const { documents, turn } = this.#options;
    if (turn() > 0) return;
    for (const { key, content } of documents.list(SKIPPED)) {
      const { until } = content as { readonly until: number };
      if (until <= now) documents.remove(SKIPPED, key).catch(() => undefined);
    }
  }
}
