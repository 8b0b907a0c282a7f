import type { HistoryPosition } from "../../../core/interfaces/history.ts";
import { decodeCursor, strangeCursor } from "../paging.ts";

/** Where the next page of events begins; undefined for the first. @throws Problem for a cursor that is none of ours */
export function historyPosition(cursor: string | undefined): HistoryPosition | undefined {
  const [at, n] = decodeCursor(cursor, ["number", "number"]) ?? [];
  if (at === undefined || n === undefined) return undefined;
  if (Number.isSafeInteger(at) && Number.isSafeInteger(n)) return { at, n };
  throw strangeCursor(cursor as string);
}
