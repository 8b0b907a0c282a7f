import { StorageError } from "../../core/interfaces/storage.ts";
import type { CrossingEvents } from "../history/encode.ts";

/**
 * What the two threads say to each other: the server's asks one thing at a time, the writer's answers in order.
 * Everything is a string or a number, because those cross cheaply.
 */

/** What the writer is asked for, the first character of a message. */
export const Ask = { open: "o", commit: "c", load: "l", close: "x" } as const;

/** How the writer's answer begins; a commit is answered with a number instead: the bytes on disk. */
export const Answer = { opened: "o", rows: "r", loaded: "l", closed: "x", failed: "e" } as const;

/** The numbers and texts that follow each operation in a packed message are in `writer.ts`, which reads them. */
export const Op = {
  names: 1,
  alert: 2,
  end: 3,
  deleteAlert: 4,
  silence: 5,
  deleteSilence: 6,
  group: 7,
  deleteGroup: 8,
  log: 9,
  deleteLog: 10,
  outbox: 11,
  deleteOutbox: 12,
  meta: 14,
  deleteNames: 15,
  newGroup: 16,
  classification: 17,
  deleteClassification: 18,
  cached: 19,
  deleteCached: 20,
  document: 40,
  deleteDocument: 41,
} as const;

/**
 * Names of rows in `meta`; `lastEndSeq` is not stored, the reader works it out. `takenOverAt` is 0 after upstream's files
 * have been written for it to go on from.
 */
export const Meta = {
  aliveAt: "alive_at",
  sharedUntil: "shared_until",
  takenOverAt: "upstream_taken_over_at",
  lastEndSeq: "last_end_seq",
} as const;

export interface HistoryOptions {
  /** The database file; the history is beside it. */
  readonly path: string;
  /** ms */
  readonly historyRetention: number;
  readonly historyMaxBytes: number;
}

export interface OpenOptions extends HistoryOptions {
  readonly sync: "normal" | "full";
}

/** What the thread that writes the history is asked for; it answers with the bytes on disk or a failure. */
export interface HistoryTask {
  readonly options: HistoryOptions;
  /** Null closes the file. */
  readonly events: CrossingEvents | null;
}

export interface Opened {
  /** There is nothing about alerts in it, which a commit would have to know. */
  readonly empty: boolean;
  /** Upstream's files have been read already. */
  readonly takenOver: boolean;
  readonly sizeBytes: number;
  /** Of the history, which is a file of its own. */
  readonly historyBytes: number;
}

interface Failure {
  readonly code: StorageError["code"];
  readonly message: string;
}

export function failureText(error: unknown): string {
  const failure: Failure = {
    code: error instanceof StorageError ? error.code : "failed",
    message: error instanceof Error ? error.message : String(error),
  };
  return Answer.failed + JSON.stringify(failure);
}

export function failureFrom(text: string): StorageError {
  const { code, message } = JSON.parse(text.slice(1)) as Failure;
  return new StorageError(code, message);
}
