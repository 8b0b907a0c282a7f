import { createHash } from "node:crypto";
import type { Snapshot } from "../../core/backup/newer.ts";
import type { HistoryRow, HistoryStorage } from "../../core/interfaces/storage.ts";
import { alertLine, decisionLine, groupLine, historyLine, line, logEntryLine, silenceLine } from "./encode.ts";
import { countOf, FORMAT, VERSION, type End, type Header, type Source } from "./format.ts";

/** Characters compressed at a time: what a backup of any size needs in memory beside what is backed up. */
const PIECE = 128 * 1024;

/**
 * Writes a backup, piece by piece as they are taken; others get their turn in between.
 */
export async function* writeBackup(
  snapshot: Snapshot,
  source: Source,
  history: AsyncIterable<readonly HistoryRow[]>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const hash = createHash("sha256");
  let lines = 0;
  for await (const text of textOf(snapshot, source, history, () => lines++)) {
    const bytes = Buffer.from(text);
    hash.update(bytes);
    yield Bun.gzipSync(bytes);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const end: End = { lines, sha256: hash.digest("hex") };
  yield Bun.gzipSync(Buffer.from(line({ end })));
}

/** All lines but the last, many at a time. */
async function* textOf(
  snapshot: Snapshot,
  source: Source,
  history: AsyncIterable<readonly HistoryRow[]>,
  onLine: () => void,
): AsyncGenerator<string> {
  const header: Header = {
    format: FORMAT,
    version: VERSION,
    takenAt: snapshot.takenAt,
    source,
    counts: countOf(snapshot),
  };
  let text = "";
  const add = (one: string) => {
    text += one;
    onLine();
    return text.length >= PIECE;
  };
  const take = () => {
    const taken = text;
    text = "";
    return taken;
  };
  add(line(header));
  for (const one of linesOf(snapshot)) if (add(one)) yield take();
  for await (const rows of history) {
    for (const row of rows) if (add(historyLine(row))) yield take();
  }
  yield take();
}

function* linesOf({ silences, notificationLog, groups, outbox, alerts }: Snapshot): Generator<string> {
  for (const silence of silences) yield silenceLine(silence);
  for (const entry of notificationLog) yield logEntryLine(entry);
  for (const row of groups) yield groupLine(row);
  for (const row of outbox) yield decisionLine(row);
  for (const alert of alerts) yield alertLine(alert);
}

/** All history, a stretch at a time. */
export async function* historyOf(storage: Pick<HistoryStorage, "readHistory">): AsyncGenerator<readonly HistoryRow[]> {
  for (let from: number | undefined; ;) {
    const { rows, next } = await storage.readHistory(from);
    yield rows;
    if (next === undefined) return;
    from = next;
  }
}
