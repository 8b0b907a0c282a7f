import type { Database } from "bun:sqlite";
import { existsSync, renameSync } from "node:fs";
import { HISTORY_KINDS, type HistoryKind } from "../../core/interfaces/history.ts";
import type { StoredEvents } from "../history/encode.ts";
import { explainFailure, sqliteCode } from "./errors.ts";
import { historyPath, numberOf, openHistory } from "./history-database.ts";
import { HistoryTrim } from "./history-trim.ts";
import { HistoryWriter } from "./history-writer.ts";
import { sizeOnDisk } from "./maintenance.ts";
import type { HistoryOptions } from "./protocol.ts";

interface OpenHistory {
  readonly db: Database;
  readonly writer: HistoryWriter;
  readonly trim: HistoryTrim;
}

/** The file of the history, on the thread that writes it. It is opened when there is something to keep. */
export class HistoryFile {
  readonly #path: string;
  readonly #options: HistoryOptions;
  #open: OpenHistory | undefined;
  /** Bytes on disk; at most some events old. */
  sizeBytes: number;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#path = historyPath(options.path);
    this.sizeBytes = sizeOnDisk(this.#path);
  }

  /** @throws StorageError when nothing of it was stored */
  append(events: StoredEvents): void {
    try {
      this.#opened().writer.append(events);
    } catch (error) {
      if (isDamaged(error)) this.#moveAside();
      throw explainFailure(this.#path, error);
    }
  }

  /** Drops what is too old or too much. What fails here is tried again after the next events. */
  tidy(): void {
    const { trim, writer } = this.#opened();
    try {
      writer.forget(trim.run());
      this.sizeBytes = sizeOnDisk(this.#path);
    } catch {
      return;
    }
  }

  close(): void {
    this.#open?.writer.close();
    this.#open?.trim.close();
    this.#open?.db.close();
    this.#open = undefined;
  }

  #opened(): OpenHistory {
    if (this.#open !== undefined) return this.#open;
    const db = openHistory(this.#path);
    const { historyRetention, historyMaxBytes } = this.#options;
    const trim = new HistoryTrim(db, { retention: historyRetention, maxBytes: historyMaxBytes });
    this.#open = { db, writer: new HistoryWriter(db), trim };
    return this.#open;
  }

  /** A history that cannot be used must not keep what happens from now on from being kept. */
  #moveAside(): void {
    this.close();
    for (const ending of ["", "-wal", "-shm"]) {
      if (existsSync(this.#path + ending)) renameSync(this.#path + ending, `${this.#path}.damaged${ending}`);
    }
  }
}

/** Lines taken over in one transaction. */
const AT_ONCE = 1000;

/** Takes over what versions before had kept in the database itself. */
export function takeOverHistory(main: Database, options: HistoryOptions): void {
  if (numberOf(main, "SELECT EXISTS (SELECT 1 FROM history)") === 0) return;
  using old = main.prepare<OldLine, []>("SELECT at, kind, subject, detail FROM history ORDER BY position");
  const lines = old.all();
  const file = new HistoryFile(options);
  try {
    for (let i = 0; i < lines.length; i += AT_ONCE) file.append(eventsOf(lines.slice(i, i + AT_ONCE)));
    main.run("DELETE FROM history");
  } catch {
    return; // A full disk: they stay where they are until the next start.
  } finally {
    file.close();
  }
}

interface OldLine {
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

function eventsOf(lines: readonly OldLine[]): StoredEvents {
  const nothing = { change: '""', receiver: null, integration: null, actor: null, replica: null, mark: null };
  const events = lines.map(({ at, kind, subject, detail }) => ({
    ...nothing,
    at,
    kind: Math.max(0, HISTORY_KINDS.indexOf(kind as HistoryKind)),
    subject: JSON.stringify(subject),
    detail,
    fingerprint: null,
    about: [],
  }));
  return { events, sets: {} };
}

function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}
