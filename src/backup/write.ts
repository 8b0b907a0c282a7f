import { createHash } from "node:crypto";
import type { Snapshot } from "../core/backup/newer.ts";
import type { HistoryPosition } from "../core/interfaces/history.ts";
import type { HistoryRow, HistoryStorage } from "../core/interfaces/storage.ts";
import {
  alertLine,
  classificationLine,
  decisionLine,
  documentLine,
  groupLine,
  historyLine,
  line,
  logEntryLine,
  silenceLine,
} from "./encode.ts";
import { countOf, FORMAT, VERSION, type End, type Header, type Source } from "./format.ts";

/** Bytes compressed at a time: what a backup of any size needs in memory beside what is backed up. */
const PIECE = 128 * 1024;

/** UTF-8 takes at most three bytes for a character of a string. */
const WIDEST = 3;

/** Writes a backup, piece by piece as they are taken; others get their turn in between. */
export async function* writeBackup(
  snapshot: Snapshot,
  source: Source,
  history: AsyncIterable<readonly HistoryRow[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces();
  const header: Header = {
    format: FORMAT,
    version: VERSION,
    takenAt: snapshot.takenAt,
    source,
    counts: countOf(snapshot),
  };
  pieces.add([line(header)]);
  for (const one of linesOf(snapshot)) if (pieces.add(one)) yield await pieces.take();
  for await (const rows of history) {
    for (const row of rows) if (pieces.add([historyLine(row)])) yield await pieces.take();
  }
  yield await pieces.take();
  pieces.add([line({ end: pieces.end() })]);
  yield await pieces.take();
}

/** Each line as texts to be put together. */
function* linesOf(snapshot: Snapshot): Generator<readonly string[]> {
  const { silences, notificationLog, groups, outbox, alerts, classifications, documents } = snapshot;
  for (const silence of silences) yield [silenceLine(silence)];
  for (const entry of notificationLog) yield [logEntryLine(entry)];
  for (const row of groups) yield [groupLine(row)];
  for (const row of outbox) yield [decisionLine(row)];
  for (const alert of alerts) yield alertLine(alert);
  for (const one of classifications) yield [classificationLine(one)];
  for (const row of documents) yield [documentLine(row)];
}

/** Lines put into one buffer, and compressed each time it is full. */
class Pieces {
  readonly #buffer = Buffer.allocUnsafe(2 * PIECE);
  #used = 0;
  #lines = 0;
  readonly #hash = createHash("sha256");
  /** What did not fit into the buffer of the last line. */
  #rest = "";

  /**
   * @param line as texts to be put together
   * @returns whether a piece is to be taken before more is added
   */
  add(line: readonly string[]): boolean {
    this.#lines++;
    for (const text of line) {
      const fits = this.#rest === "" && text.length * WIDEST <= this.#buffer.length - this.#used;
      if (fits) this.#used += this.#buffer.write(text, this.#used, "utf8");
      else this.#rest += text;
    }
    return this.#used >= PIECE || this.#rest !== "";
  }

  async take(): Promise<Uint8Array<ArrayBuffer>> {
    await new Promise((resolve) => setImmediate(resolve));
    const filled = this.#buffer.subarray(0, this.#used);
    const bytes = this.#rest === "" ? filled : Buffer.concat([filled, Buffer.from(this.#rest)]);
    this.#used = 0;
    this.#rest = "";
    this.#hash.update(bytes);
    return Bun.gzipSync(bytes);
  }

  /** What is said at the end of the pieces taken. */
  end(): End {
    return { lines: this.#lines, sha256: this.#hash.copy().digest("hex") };
  }
}

/** All history, a stretch at a time. */
export async function* historyOf(storage: Pick<HistoryStorage, "readHistory">): AsyncGenerator<readonly HistoryRow[]> {
  for (let from: HistoryPosition | undefined; ;) {
    const { rows, next } = await storage.readHistory(from);
    yield rows;
    if (next === undefined) return;
    from = next;
  }
}
