import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Link } from "./transport.ts";

/** A frame with changes, on its way to one member. */
export interface Told {
  readonly bytes: Uint8Array;
  /** Upstream's key of what it is about. */
  readonly key: "nfl" | "sil";
  /** On the clock's forward-only time, ms. */
  readonly at: number;
}

/** Changes kept for a member that reads slowly; upstream's number. */
const LONGEST_QUEUE = 200;

export interface OutboundOptions {
  readonly clock: Clock;
  /** How long the other side may leave what was written unread, ms. */
  readonly patience: number;
  readonly onSent: (told: Told) => void;
  readonly onDropped: (told: Told) => void;
  /** Everything has gone, and something was dropped before: the other side has to be given all there is. */
  readonly onBehind: () => void;
  readonly onStalled: () => void;
}

/**
 * What one member is sent. Small things go at once; changes and, after them, the parts of the whole state wait while
 * the other side does not read, so that a slow member costs bounded memory.
 */
export class Outbound {
  readonly #link: Link;
  readonly #options: OutboundOptions;
  #queue: Told[] = [];
  #state: Iterator<Uint8Array, unknown> | undefined;
  #blocked = false;
  #behind = false;
  #stall: Cancel | undefined;
  #last: Uint8Array | undefined;
  #closed = false;

  constructor(link: Link, options: OutboundOptions) {
    this.#link = link;
    this.#options = options;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Past everything that waits: for what is small and rare. */
  send(frame: Uint8Array): void {
    if (!this.#closed && this.#last === undefined) this.#write(frame);
  }

  tell(told: Told): void {
    if (this.#closed || this.#last !== undefined) return;
    if (this.#queue.length >= LONGEST_QUEUE) {
      this.#behind = true;
      this.#options.onDropped(told);
      return;
    }
    this.#queue.push(told);
    this.#pump();
  }

  /** Sends the frames as the other side reads them, instead of those still left of another state. */
  stream(frames: Iterator<Uint8Array, unknown>): void {
    if (this.#closed || this.#last !== undefined) return;
    this.#behind = false;
    this.#state = frames;
    this.#pump();
  }

  drained(): void {
    this.#blocked = false;
    this.#stall?.();
    this.#stall = undefined;
    this.#pump();
  }

  /** Sends the changes that wait and a last frame, then closes. */
  finish(last: Uint8Array): void {
    this.#last ??= last;
    this.#state = undefined;
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#stall?.();
    this.#queue = [];
    this.#state = undefined;
  }

  #pump(): void {
    while (!this.#blocked && !this.#closed) {
      const told = this.#queue.shift();
      if (told !== undefined) {
        this.#write(told.bytes);
        this.#options.onSent(told);
      } else if (this.#last !== undefined) {
        this.#write(this.#last);
        this.#link.end();
        this.close();
      } else if (this.#state !== undefined) {
        const { done, value } = this.#state.next();
        if (done === true) this.#state = undefined;
        else this.#write(value);
      } else {
        if (this.#behind) this.#options.onBehind();
        return;
      }
    }
  }

  #write(frame: Uint8Array): void {
    if (this.#link.write(frame) || this.#blocked) return;
    this.#blocked = true;
    this.#stall = this.#options.clock.schedule(this.#options.patience, this.#options.onStalled);
  }
}
