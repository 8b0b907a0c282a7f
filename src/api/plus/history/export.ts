import type { HistoryPosition, HistoryQuery, HistoryReader } from "../../../core/interfaces/history.ts";
import { shownEvent } from "./event.ts";

/** Events read at a time. */
const AT_ONCE = 500;

/**
 * All events that are wanted, as lines of JSON. What happens meanwhile is not among them: the end is fixed by the query.
 *
 * @param gone ends it early
 * @throws StorageError
 */
export async function* exported(
  reader: Pick<HistoryReader, "searchHistory">,
  query: Omit<HistoryQuery, "limit" | "after">,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const encoder = new TextEncoder();
  let after: HistoryPosition | undefined;
  while (!gone.aborted) {
    const { events, next } = await reader.searchHistory({
      ...query,
      limit: AT_ONCE,
      ...(after !== undefined && { after }),
    });
    if (events.length > 0) {
      yield encoder.encode(events.map((event) => `${JSON.stringify(shownEvent(event))}\n`).join(""));
    }
    if (next === undefined) return;
    after = next;
  }
}
