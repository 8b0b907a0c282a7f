import type { NotificationLogEntry } from "../core/interfaces/storage.ts";
import { supersedes } from "../core/nflog/log.ts";

/** The notification log in memory: what was last sent for each group and integration (spec §6.8). */
export class NotificationLog {
  readonly #entries = new Map<string, NotificationLogEntry>();

  get size(): number {
    return this.#entries.size;
  }

  all(): IterableIterator<NotificationLogEntry> {
    return this.#entries.values();
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  get(key: string): NotificationLogEntry | undefined {
    return this.#entries.get(key);
  }

  /** Keeps an entry unless a later one is there; whether it did. */
  put(entry: NotificationLogEntry): boolean {
    if (!supersedes(entry, this.#entries.get(entry.key))) return false;
    this.#entries.set(entry.key, entry);
    return true;
  }

  /** Puts back what was there before an entry that could not be stored, unless there is another one by now. */
  takeBack(entry: NotificationLogEntry, before: NotificationLogEntry | undefined): void {
    if (this.#entries.get(entry.key) !== entry) return;
    if (before === undefined) this.#entries.delete(entry.key);
    else this.#entries.set(entry.key, before);
  }

  /**
   * Removes what has expired and returns the keys.
   *
   * @param awaited hashes of alerts whose entries are kept, because their end is still to be told
   */
  collectGarbage(now: number, awaited: ReadonlySet<string>): string[] {
    const removed: string[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.expiresAt > now) continue;
      if (awaited.size > 0 && entry.firing.some((hash) => awaited.has(hash))) continue;
      this.#entries.delete(entry.key);
      removed.push(entry.key);
    }
    return removed;
  }
}
