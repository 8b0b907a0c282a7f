import { Counter, Gauge } from "../metrics/instruments.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Happening, Observer } from "../core/interfaces/observing.ts";
import type { StoreHealth } from "../core/interfaces/storage.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import { EventRing } from "./ring.ts";
import type { Streamed, WriteEvent } from "./streamed.ts";

export interface EventStreamsOptions {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "add">;
  /** Has somebody told what happens, until that is cancelled. */
  readonly observe: (observer: Observer) => Cancel;
  readonly health: () => Pick<StoreHealth, "state" | "reason">;
}

/** Where somebody begins to listen. */
export interface Subscription {
  /** Of the last event they were told of; undefined for whoever comes for the first time. */
  readonly lastId: string | undefined;
  readonly wants: (happening: Streamed) => boolean;
  /** The same for all of them: an event is written once. */
  readonly write: WriteEvent;
  /** Ends when they have gone. */
  readonly gone: AbortSignal;
}

/** Streams at the same time, at most. */
const MOST_STREAMS = 200;
const RING = { events: 10_000, characters: 4 * 1024 * 1024 };
/** ms events go on to be kept when nobody listens any more: time to come back. */
const KEPT = 120_000;
/** ms in which what happens gathers, so that telling it is not in the way of its happening. */
const GATHERING = 50;
/** ms between signs of life. */
const HEARTBEAT = 15_000;
/** ms between two looks at the server's health. */
const HEALTH = 2000;
/** Characters told at a time. */
const PIECE = 32 * 1024;
/** ms a stream lasts: whoever comes back has to be let in again. */
const LONGEST = 3_600_000;
/** ms until a browser connects again. */
const RETRY = 2000;

interface Listener {
  /** The number of the last event that was told or passed over. */
  position: number;
  /** Has it look whether there is something to tell. */
  wake: () => void;
  beat: boolean;
  isCut: boolean;
}

/**
 * Tells listeners what happens, as server-sent events. One ring of the last events serves all of them, each with its own place
 * in it, so that one who reads slowly costs no memory: what falls out of the ring unread ends the stream. A server to which
 * nobody listens keeps nothing.
 */
export class EventStreams implements Observer {
  readonly #options: EventStreamsOptions;
  readonly #listeners = new Set<Listener>();
  readonly #dropped: Counter;
  #ring = new EventRing(RING);
  /** Makes numbers of one run, of one server, differ from those of others. */
  #epoch = "";
  #stopObserving: Cancel | undefined;
  #forget: Cancel | undefined;
  #gathering: Cancel | undefined;
  #recurring: Cancel[] = [];
  #health: StoreHealth["state"] = "ok";
  #isClosed = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    const { add } = options.metrics;
    const streams = add(
      "alertmanager_plus_event_streams",
      "Streams of events that are open.",
      "gauge",
      [],
      new Gauge(),
    );
    streams.read = () => this.#listeners.size;
    this.#dropped = add(
      "alertmanager_plus_events_dropped_total",
      "Events that were not told because whoever listened read too slowly.",
      "counter",
      [],
      new Counter(),
    );
  }

  /** Whether somebody more can listen. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#listeners.size < MOST_STREAMS;
  }

  happened(happening: Happening): void {
    // Each flush says so of each group that has nothing new; why alerts are muted their verdicts tell.
    if (happening.kind === "notification" && happening.change === "skipped") return;
    this.#add(happening);
  }

  /** What happens from now on, or since the last event somebody was told of. Ends when they have gone, or are too slow. */
  async *listen(subscription: Subscription): AsyncGenerator<string> {
    if (!this.hasRoom) return;
    this.#start();
    const { oldest, newest } = this.#ring;
    const last = this.#numberOf(subscription.lastId);
    const missesSome = subscription.lastId !== undefined && (last === undefined || last < oldest - 1 || last > newest);
    const position = last === undefined || missesSome ? newest : last;
    const listener: Listener = { position, wake: () => undefined, beat: false, isCut: false };
    const { gone } = subscription;
    const { clock } = this.#options;
    const end = clock.elapsed() + LONGEST;
    const onGone = () => listener.wake();
    gone.addEventListener("abort", onGone);
    this.#listeners.add(listener);
    try {
      const opening = missesSome ? reset("events in between are not known here any more") : "";
      yield `retry: ${RETRY}\n\n${opening}${this.#place(listener)}`;
      while (!gone.aborted && !this.#isClosed && !listener.isCut && clock.elapsed() < end) {
        const piece = this.#next(listener, subscription);
        if (piece !== "") yield piece;
        else if (listener.position === this.#ring.newest) await this.#awaken(listener);
        if (!listener.beat) continue;
        listener.beat = false;
        yield `:\n${this.#place(listener)}`;
      }
    } finally {
      gone.removeEventListener("abort", onGone);
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#forgetLater();
    }
  }

  /** Ends all streams. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.wake();
    this.#stop();
  }

  #add(happening: Streamed): void {
    this.#ring.add(happening);
    this.#gathering ??= this.#options.clock.schedule(GATHERING, () => {
      this.#gathering = undefined;
      this.#wakeAll();
    });
  }

  #wakeAll(): void {
    const { oldest } = this.#ring;
    for (const listener of this.#listeners) {
      const missed = oldest - 1 - listener.position;
      if (missed > 0 && !listener.isCut) {
        listener.isCut = true;
        this.#dropped.inc(missed);
        // It may be waiting for the client, and not for us.
        this.#listeners.delete(listener);
      }
      listener.wake();
    }
  }

  /** What is to be told next, as much as goes at a time; "" where that is nothing. */
  #next(listener: Listener, { wants, write }: Subscription): string {
    const ring = this.#ring;
    let piece = "";
    while (listener.position < ring.newest && piece.length < PIECE) {
      const number = ++listener.position;
      const happening = ring.get(number);
      if (happening === undefined || !wants(happening)) continue;
      const id = this.#idOf(number);
      const text = ring.text(number, id, write);
      if (text !== undefined) piece += `id: ${id}\nevent: ${happening.kind}\ndata: ${text}\n\n`;
    }
    return piece;
  }

  #awaken(listener: Listener): Promise<void> {
    return new Promise((resolve) => {
      listener.wake = resolve;
    });
  }

  /** Tells where one is without telling of anything: what was passed over need not be asked for again. */
  #place({ position }: Listener): string {
    return `id: ${this.#idOf(position)}\n\n`;
  }

  #idOf(number: number): string {
    return `${this.#epoch}-${number}`;
  }

  #numberOf(id: string | undefined): number | undefined {
    const match = /^([0-9a-f]+)-(\d{1,15})$/.exec(id ?? "");
    return match !== null && match[1] === this.#epoch ? Number(match[2]) : undefined;
  }

  #start(): void {
    this.#forget?.();
    this.#forget = undefined;
    if (this.#stopObserving !== undefined) return;
    const { observe, health } = this.#options;
    this.#epoch = crypto.randomUUID().slice(0, 8);
    this.#ring = new EventRing(RING);
    this.#health = health().state;
    this.#stopObserving = observe(this);
    this.#every(HEARTBEAT, () => {
      for (const listener of this.#listeners) {
        listener.beat = true;
        listener.wake();
      }
    });
    this.#every(HEALTH, () => this.#lookAtHealth());
  }

  #forgetLater(): void {
    if (this.#isClosed) return;
    this.#forget ??= this.#options.clock.schedule(KEPT, () => this.#stop());
  }

  #stop(): void {
    this.#stopObserving?.();
    this.#stopObserving = undefined;
    this.#forget?.();
    this.#forget = undefined;
    this.#gathering?.();
    this.#gathering = undefined;
    for (const cancel of this.#recurring) cancel();
    this.#recurring = [];
    this.#ring = new EventRing(RING);
  }

  #lookAtHealth(): void {
    const { clock, health } = this.#options;
    const { state, reason } = health();
    if (state === this.#health) return;
    this.#health = state;
    this.#add({ kind: "health", change: state, at: clock.now(), reason });
  }

  #every(interval: number, action: () => void): void {
    const slot = this.#recurring.length;
    const arm = () => {
      this.#recurring[slot] = this.#options.clock.schedule(interval, () => {
        arm();
        action();
      });
    };
    arm();
  }
}

function reset(reason: string): string {
  return `event: reset\ndata: ${JSON.stringify({ reason })}\n\n`;
}
