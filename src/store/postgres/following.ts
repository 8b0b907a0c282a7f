import type { Changes, Replica, Synced } from "../../core/interfaces/shared-storage.ts";
import { StorageError, type Stored } from "../../core/interfaces/storage.ts";
import { compareBytes } from "../../core/model/labels.ts";
import type { Database } from "./database.ts";
import { Feed, NOTHING, OUTBOX, TIMELINE, changesAfter, type OnUnreadable } from "./feed.ts";
import type { KnownAlerts } from "./known.ts";
import { ABSENT, DeafScript, look } from "./look.ts";
import type { OwnWrites } from "./own.ts";

/** How often the others are told that we are alive, ms. */
const SIGN_OF_LIFE = 1000;

export interface FollowingOptions {
  readonly database: Database;
  readonly known: KnownAlerts;
  readonly own: OwnWrites;
  readonly onUnreadable: OnUnreadable;
}

/** Follows what is written into the database: all of it first, then what changed since the last look. */
export class Following {
  readonly #options: FollowingOptions;
  /** The last change that was looked at; nothing is looked at before all has been loaded. */
  #seen = NOTHING;
  /** Of the database's servers, the one that had written it last; undefined where the database does not say. */
  #timeline: string | undefined;
  #lastSign: { readonly me: string; readonly at: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** The last change that was looked at. */
  get seen(): number {
    return this.#seen;
  }

  /** One look at a time, so that nobody is given what is older after what is newer. */
  inTurn<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    const { deadline } = this.#options.database;
    const turn = this.#turn.then(() => work(deadline));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nobody looks any more. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /** All there is. In turn. */
  async load(deadline: number): Promise<Stored> {
    const { database, known, onUnreadable } = this.#options;
    const feed = new Feed(undefined, onUnreadable);
    const timeline = await this.#readTimeline(deadline);
    await database.each(`${changesAfter(-1)} UNION ALL ${OUTBOX}`, (cells) => feed.add(cells), deadline);
    this.#timeline = timeline;
    known.replace(feed.alerts.map(([alert, change]) => [alert.labels.fingerprint, change] as const));
    this.#seen = feed.upTo;
    return feed.stored;
  }

  /** Undefined where the database does not know such a thing, or does not tell us. */
  async #readTimeline(deadline: number): Promise<string | undefined> {
    const feed = new Feed(undefined, this.#options.onUnreadable);
    try {
      await this.#options.database.each(TIMELINE, (cells) => feed.add(cells), deadline);
    } catch (error) {
      // Whether it is away the next statement will tell.
      if (!(error instanceof StorageError)) throw error;
    }
    return feed.timeline;
  }

  /** What changed, and who is there. In turn. */
  async sync(me: Replica, deadline: number): Promise<Synced> {
    let { feed, takenOver } = await this.#look(me, deadline);
    let deafFor = 0;
    const last = Math.max(...feed.seen.map(({ seenAt }) => seenAt));
    if (feed.seen.length > 0 && last <= feed.now - ABSENT) {
      deafFor = (await this.#options.database.run(() => new DeafScript(me), deadline)).deafFor;
      ({ feed } = await this.#look(me, deadline));
    }
    this.learn(feed);
    const { alerts, silences, notificationLog, classifications, documents, groups, upTo, now, configHash } = feed;
    const others = feed.seen.filter(({ name, seenAt }) => name !== me.name && seenAt > now - ABSENT);
    const replicas = [me, ...others.map(({ name, address, configHash: its }) => ({ name, address, configHash: its }))];
    replicas.sort((a, b) => compareBytes(a.name, b.name));
    const changes = { alerts, silences, notificationLog, classifications, documents, groups, upTo };
    return { ...changes, now, replicas, configHash, takenOver, deafFor };
  }

  async #look(me: Replica, deadline: number): Promise<{ readonly feed: Feed; readonly takenOver: boolean }> {
    const { database, known, own, onUnreadable } = this.#options;
    const now = performance.now();
    const text = JSON.stringify(me);
    const isDue = this.#lastSign?.me !== text || now - this.#lastSign.at >= SIGN_OF_LIFE;
    let takenOver = false;
    for (;;) {
      const feed = new Feed(own, onUnreadable);
      const statement = look(this.#seen, isDue ? me : undefined, this.#timeline !== undefined);
      await database.each(statement, (cells) => feed.add(cells), deadline);
      if (isDue) this.#lastSign = { me: text, at: now };
      if (this.#seen !== NOTHING) takenOver ||= feed.upTo < this.#seen || feed.timeline !== this.#timeline;
      this.#timeline = feed.timeline;
      if (this.#seen === NOTHING || feed.upTo >= this.#seen) return { feed, takenOver };
      // Another server took over that had not got all yet.
      this.#seen = -1;
      own.clear();
      known.replace([]);
    }
  }

  /** Whoever is given these changes knows them. */
  learn({ alerts, upTo }: Changes): void {
    for (const [{ labels }, change] of alerts) this.#options.known.learn(labels.fingerprint, change);
    if (this.#seen === NOTHING) return;
    this.#seen = upTo;
    this.#options.own.forget(upTo);
  }
}
