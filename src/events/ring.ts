import type { Streamed, WriteEvent } from "./streamed.ts";

/** The last events, so that whoever was away for a moment can be told what they missed. */
export interface RingLimits {
  readonly events: number;
  /** Characters of events that were written out for somebody; the oldest go where there are more. */
  readonly characters: number;
}

interface Kept {
  readonly happening: Streamed;
  /** As JSON, once somebody was told of it. */
  text: string | undefined;
}

/** Numbers what happens, from 1, and keeps the last of it. An event is written out when it is first told, and once for all. */
export class EventRing {
  readonly #limits: RingLimits;
  /** In order; those before `#at` have been let go. */
  #kept: (Kept | undefined)[] = [];
  #at = 0;
  #newest = 0;
  #characters = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** The number of the last event; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The number of the first event that is still there, one more than the newest where none is. */
  get oldest(): number {
    return this.#newest - (this.#kept.length - this.#at) + 1;
  }

  add(happening: Streamed): void {
    this.#newest++;
    this.#kept.push({ happening, text: undefined });
    if (this.#kept.length - this.#at > this.#limits.events) this.#dropOldest();
  }

  get(number: number): Streamed | undefined {
    return this.#find(number)?.happening;
  }

  /**
   * An event as JSON.
   *
   * @param id what it is called
   */
  text(number: number, id: string, write: WriteEvent): string | undefined {
    const kept = this.#find(number);
    if (kept === undefined) return undefined;
    if (kept.text === undefined) {
      kept.text = write(kept.happening, id);
      this.#characters += kept.text.length;
      while (this.#characters > this.#limits.characters && this.oldest < number) this.#dropOldest();
    }
    return kept.text;
  }

  #find(number: number): Kept | undefined {
    return this.#kept[number - this.oldest + this.#at];
  }

  #dropOldest(): void {
    this.#characters -= this.#kept[this.#at]?.text?.length ?? 0;
    this.#kept[this.#at++] = undefined;
    if (this.#at < 1024 || this.#at * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#at);
    this.#at = 0;
  }
}
