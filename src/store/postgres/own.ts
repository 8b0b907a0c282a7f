import type { OwnChanges } from "./feed.ts";

interface Write {
  readonly foreign: ReadonlySet<string>;
  /** On performance.now()'s clock. */
  readonly at: number;
}

/** The changes this server wrote itself, so that it is not told of them and may remove what they wrote. */
export class OwnWrites implements OwnChanges {
  readonly #changes = new Map<number, Write>();
  /** How long something may be on its way to the database that was asked for before a look at it, ms. */
  readonly #patience: number;

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** @param foreign alerts that came to hold more than this server wrote */
  add(change: number, foreign: ReadonlySet<string> = NONE): void {
    this.#changes.set(change, { foreign, at: performance.now() });
  }

  isOwn(change: number, fingerprint?: string): boolean {
    const write = this.#changes.get(change);
    return write !== undefined && (fingerprint === undefined || !write.foreign.has(fingerprint));
  }

  get all(): readonly number[] {
    return [...this.#changes.keys()];
  }

  clear(): void {
    this.#changes.clear();
  }

  /** All up to this one has been looked at. */
  forget(upTo: number): void {
    const before = performance.now() - 2 * this.#patience;
    for (const [change, { at }] of this.#changes) {
      if (at > before) return;
      if (change <= upTo) this.#changes.delete(change);
    }
  }
}

const NONE: ReadonlySet<string> = new Set();
