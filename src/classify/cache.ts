import type { Clock } from "../dispatch/clock.ts";

export interface CacheBounds {
  readonly entries: number;
  /** Bytes, as callers of `set` say. */
  readonly size: number;
}

interface Entry<V> {
  readonly value: V;
  readonly size: number;
  /** On the clock's `elapsed`, ms. */
  readonly expires: number;
  /** Since it was last spared. */
  used: boolean;
}

/**
 * A cache in memory, bounded by entries and bytes. When it is full the oldest go first, but those used meanwhile are spared
 * once: nearly the least recently used, without moving anything on a hit.
 */
export class BoundedCache<V> {
  readonly #bounds: CacheBounds;
  readonly #clock: Pick<Clock, "elapsed">;
  readonly #entries = new Map<string, Entry<V>>();
  #size = 0;

  constructor(bounds: CacheBounds, clock: Pick<Clock, "elapsed">) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expires <= this.#clock.elapsed()) {
      this.#remove(key, entry);
      return undefined;
    }
    entry.used = true;
    return entry.value;
  }

  /**
   * @param size bytes; what is larger than the whole cache is not kept
   * @param ttl ms
   */
  set(key: string, value: V, size: number, ttl: number): void {
    this.delete(key);
    if (size > this.#bounds.size) return;
    this.#shrink(this.#bounds.entries - 1, this.#bounds.size - size);
    this.#entries.set(key, { value, size, expires: this.#clock.elapsed() + ttl, used: false });
    this.#size += size;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(key, entry);
  }

  get entries(): number {
    return this.#entries.size;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  #shrink(entries: number, size: number): void {
    const now = this.#clock.elapsed();
    // Whatever is put back comes again at the end, spared no more.
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= entries && this.#size <= size) return;
      if (entry.used && entry.expires > now) {
        entry.used = false;
        this.#entries.delete(key);
        this.#entries.set(key, entry);
      } else {
        this.#remove(key, entry);
      }
    }
  }

  #remove(key: string, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#size -= entry.size;
  }
}
