import { documentKey, isForgotten, isNewerDocument } from "../core/documents/document.ts";
import type { DocumentId, DocumentRow } from "../core/interfaces/storage.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Journal } from "./journal.ts";

/** Told what a document is from now on; null: removed. */
export type DocumentListener = (key: string, content: unknown) => void;

/** One document that is there. */
export interface Document {
  readonly key: string;
  /** ms */
  readonly updatedAt: number;
  readonly content: unknown;
}

export interface DocumentsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Told of what was put or removed here, once it is stored. */
  readonly onChanged: (rows: readonly DocumentRow[]) => void;
}

/**
 * What is kept for users beside alerts and silences: JSON values by kind and key, the same on all servers within a second.
 * What others changed while nobody could know of the other counts by its time.
 */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #kinds = new Map<string, Map<string, DocumentRow>>();
  readonly #listeners = new Map<string, Set<DocumentListener>>();
  /** ms; of the last change made here. */
  #last = 0;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** The content, undefined where there is none. */
  get(kind: string, key: string): unknown {
    return this.row({ kind, key })?.content ?? undefined;
  }

  /** All of a kind, in the order they were first known here. */
  list(kind: string): Document[] {
    const rows = [...(this.#kinds.get(kind)?.values() ?? [])];
    return rows.filter(({ content }) => content !== null);
  }

  /**
   * Stores a document, and lets it take effect then.
   *
   * @param content JSON-serialisable, not null; not to be changed afterwards
   * @throws StorageError when it is not stored and so not in effect
   */
  put(kind: string, key: string, content: object | string | number | boolean): Promise<void> {
    return this.#write({ kind, key }, content);
  }

  /** @throws StorageError when that is not stored and so not in effect */
  async remove(kind: string, key: string): Promise<void> {
    if (this.get(kind, key) !== undefined) await this.#write({ kind, key }, null);
  }

  /** Has somebody told of every change to a kind, here or elsewhere; not of what is there already. */
  watch(kind: string, listener: DocumentListener): Cancel {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** A version as it is stored, removed ones included. */
  row({ kind, key }: DocumentId): DocumentRow | undefined {
    return this.#kinds.get(kind)?.get(key);
  }

  /** Removed ones included. */
  *rows(): Generator<DocumentRow> {
    for (const rows of this.#kinds.values()) yield* rows.values();
  }

  /** Takes in what is newer than what is here, and returns that. */
  take(rows: readonly DocumentRow[]): DocumentRow[] {
    return rows.filter((row) => {
      const held = this.row(row);
      if (held !== undefined && !isNewerDocument(row, held)) return false;
      const ofKind = this.#kinds.get(row.kind) ?? new Map<string, DocumentRow>();
      this.#kinds.set(row.kind, ofKind.set(row.key, row));
      for (const listener of this.#listeners.get(row.kind) ?? []) listener(row.key, row.content);
      return true;
    });
  }

  /** Takes in what peers have, but for what was removed so long ago that nobody has to know, and has it stored. */
  merge(rows: readonly DocumentRow[]): DocumentRow[] {
    const now = this.#options.clock.now();
    const taken = this.take(rows.filter((row) => !isForgotten(row, now)));
    for (const row of taken) this.#options.journal.document(row);
    return taken;
  }

  /** Lets go of one that is not in the shared database any more. */
  forget(id: DocumentId): void {
    const held = this.row(id);
    if (held === undefined) return;
    this.#kinds.get(id.kind)?.delete(id.key);
    this.#options.journal.document(id);
    if (held.content === null) return;
    for (const listener of this.#listeners.get(id.kind) ?? []) listener(id.key, null);
  }

  /** Forgets what was removed long ago. */
  collectGarbage(now: number): void {
    for (const row of this.rows()) if (isForgotten(row, now)) this.forget(row);
  }

  async #write(id: DocumentId, content: unknown): Promise<void> {
    const { journal, clock, onChanged } = this.#options;
    // Later than whatever it follows, whatever the clock says.
    const updatedAt = Math.max(Math.floor(clock.now()), (this.row(id)?.updatedAt ?? 0) + 1, this.#last + 1);
    this.#last = updatedAt;
    const row: DocumentRow = { kind: id.kind, key: id.key, updatedAt, content };
    await journal.commit({ documents: [row] });
    this.take([row]);
    onChanged([row]);
  }
}

/** Those of ours that they do not have, or have an older version of. */
export function newerDocuments(ours: Iterable<DocumentRow>, theirs: Iterable<DocumentRow>): DocumentRow[] {
  const known = new Map(Array.from(theirs, (row) => [documentKey(row), row]));
  return [...ours].filter((row) => {
    const other = known.get(documentKey(row));
    return other === undefined || isNewerDocument(row, other);
  });
}
