import type { HistoryPage, HistoryRow } from "../../core/interfaces/storage.ts";
import type { Database } from "./database.ts";
import type { OnUnreadable } from "./feed.ts";
import { number } from "./sql.ts";

/** Lines read at a time. */
const LINES = 500;

/** Reads some of the history. @param from the position of the last line read before */
export async function readHistory(database: Database, from: number, onUnreadable: OnUnreadable): Promise<HistoryPage> {
  const rows: HistoryRow[] = [];
  let read = 0;
  let last = from;
  const statement = `SELECT position, at, kind, subject, detail FROM history WHERE position > ${number(from)}
    ORDER BY position LIMIT ${LINES}`;
  await database.each(statement, (cells) => {
    const [position, at, kind, subject, detail] = cells as [number, number, HistoryRow["kind"], string, string];
    read++;
    last = position;
    try {
      rows.push({
        at,
        kind,
        subject: JSON.parse(subject) as string,
        detail: JSON.parse(detail) as HistoryRow["detail"],
      });
    } catch (error) {
      onUnreadable(`history ${position}`, error as Error);
    }
  });
  return { rows, next: read < LINES ? undefined : last };
}
