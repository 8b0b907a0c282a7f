import type { OutboxRow } from "../core/interfaces/storage.ts";

/** Decisions to send that have no outcome yet: one at most for each entry of the notification log. */
export class Outbox {
  readonly #rows = new Map<string, OutboxRow>();
  /** Those nobody is working on: left by an earlier run of the server, or cut off by a reload. */
  readonly #abandoned = new Set<string>();

  all(): IterableIterator<OutboxRow> {
    return this.#rows.values();
  }

  get(key: string): OutboxRow | undefined {
    return this.#rows.get(key);
  }

  put(row: OutboxRow): void {
    this.#rows.set(row.key, row);
  }

  delete(key: string): void {
    this.#rows.delete(key);
    this.#abandoned.delete(key);
  }

  /** Leaves a decision to whoever flushes its group next. */
  abandon(row: OutboxRow): void {
    this.#rows.set(row.key, row);
    this.#abandoned.add(row.key);
  }

  get hasAbandoned(): boolean {
    return this.#abandoned.size > 0;
  }

  abandoned(): OutboxRow[] {
    return [...this.#abandoned].map((key) => this.#rows.get(key) as OutboxRow);
  }

  /** An abandoned decision, for the caller to carry out. */
  takeAbandoned(key: string): OutboxRow | undefined {
    return this.#abandoned.delete(key) ? this.#rows.get(key) : undefined;
  }
}
