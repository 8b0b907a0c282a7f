import { isOlder, type Count, type Counts, type Snapshot } from "../core/backup/newer.ts";
import type { HistoryRow, HistoryStorage } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import { HistoryAppender } from "./append-history.ts";
import type { Entry, Header, Values } from "./format.ts";
import { readBackup } from "./read.ts";

/** Where a backup goes. */
export interface Destination {
  /** The version of an alert that is there, if it is at hand. */
  alert(labels: Alert["labels"]): Alert | undefined;
  /** Takes in what is newer and resolves when that is stored. @throws StorageError */
  takeIn(backup: Snapshot): Promise<Counts>;
  readonly storage: Pick<HistoryStorage, "readHistory" | "commit">;
}

/** What became of a backup. */
export interface Restored extends Pick<Header, "takenAt" | "source"> {
  readonly counts: Counts & { readonly history: Count };
  /** What this version does not understand, and has left out: which line, and why. */
  readonly unreadable: readonly { readonly kind: string; readonly line: number; readonly error: string }[];
}

/** Unreadable lines told one by one; all are counted in what is logged. */
const MOST_TOLD = 100;

/**
 * Restores a backup: reads all of it first, so that nothing is changed by one that is cut off or damaged, and then once more
 * to take it in. Doing it again is safe, whenever it was cut off.
 *
 * @param open begins to read the file
 * @param most bytes there may be once unpacked
 * @throws BackupError when nothing has been changed
 * @throws StorageError when some of it may be
 */
export async function restoreBackup(
  open: () => AsyncIterable<Uint8Array>,
  destination: Destination,
  most = Infinity,
): Promise<Restored> {
  for await (const _ of readBackup(open(), most));
  // What reading leaves behind would stay until the heap has doubled; a collection takes some 20 ms at 50,000 alerts.
  Bun.gc(true);
  try {
    const staged = new Staged(destination);
    for await (const read of readBackup(open(), most)) await staged.add(read);
    return await staged.finish();
  } finally {
    Bun.gc(true);
  }
}

/** What is newer in a backup, kept until all but the history has been read. */
class Staged {
  readonly #destination: Destination;
  readonly #entries: { readonly [K in Exclude<keyof Values, "history">]: Values[K][] } = {
    silence: [],
    logEntry: [],
    group: [],
    decision: [],
    alert: [],
    classification: [],
    document: [],
  };
  readonly #unreadable: { kind: string; line: number; error: string }[] = [];
  readonly #history: HistoryAppender;
  #header: Header | undefined;
  #older = 0;
  #taken: Counts | undefined;

  constructor(destination: Destination) {
    this.#destination = destination;
    this.#history = new HistoryAppender(destination.storage);
  }

  async add(read: Header | readonly Entry[]): Promise<void> {
    if ("format" in read) {
      this.#header = read;
      return;
    }
    const history: HistoryRow[] = [];
    for (const entry of read) {
      if (entry.kind === "history") history.push(entry.value);
      else this.#stage(entry);
    }
    if (history.length === 0) return;
    await this.#takeIn();
    await this.#history.append(history);
  }

  #stage(entry: Exclude<Entry, { kind: "history" }>): void {
    const { silence, logEntry, group, decision, alert, classification, document } = this.#entries;
    switch (entry.kind) {
      case "silence":
        silence.push(entry.value);
        break;
      case "logEntry":
        logEntry.push(entry.value);
        break;
      case "group":
        group.push(entry.value);
        break;
      case "decision":
        decision.push(entry.value);
        break;
      case "alert":
        // Where it is known already, it need not take memory a second time.
        if (isOlder(entry.value, this.#destination.alert(entry.value.labels))) this.#older++;
        else alert.push(entry.value);
        break;
      case "classification":
        classification.push(entry.value);
        break;
      case "document":
        document.push(entry.value);
        break;
      case "unreadable":
        if (this.#unreadable.length < MOST_TOLD) {
          this.#unreadable.push({ kind: entry.of, line: entry.line, error: entry.why });
        }
        break;
    }
  }

  async #takeIn(): Promise<void> {
    if (this.#taken !== undefined) return;
    const { silence, logEntry, group, decision, alert, classification, document } = this.#entries;
    const { takenAt } = this.#header as Header;
    const counts = await this.#destination.takeIn({
      takenAt,
      silences: silence,
      notificationLog: logEntry,
      groups: group,
      outbox: decision,
      alerts: alert,
      classifications: classification,
      documents: document,
    });
    this.#taken = { ...counts, alerts: { ...counts.alerts, older: counts.alerts.older + this.#older } };
  }

  async finish(): Promise<Restored> {
    await this.#takeIn();
    const { takenAt, source } = this.#header as Header;
    const history = await this.#history.finish();
    return { takenAt, source, counts: { ...(this.#taken as Counts), history }, unreadable: this.#unreadable };
  }
}
