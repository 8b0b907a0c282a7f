import { addTo, NO_TRAIL, trailOf, type Trail, type TrailBook } from "../../../core/explain/trail.ts";
import type { HistoryEvent, HistoryReader } from "../../../core/interfaces/history.ts";
import type { NotificationHappening } from "../../../core/interfaces/observing.ts";

/** Events about an alert looked at. */
const MOST_EVENTS = 100;
/** ms; what takes longer is left out. */
const PATIENCE = 2000;

/**
 * What the history has of the notifications of an alert, by key of the notification log: of other servers, and from before the
 * start. A history that does not answer has nothing to say.
 */
export async function remembered(
  reader: Pick<HistoryReader, "searchHistory">,
  fingerprint: string,
  now: number,
): Promise<(key: string) => Trail> {
  const books = new Map<string, TrailBook>();
  for (const event of (await eventsOf(reader, fingerprint, now)).toReversed()) {
    const book = books.get(event.subject) ?? { decisions: [], attempts: [] };
    books.set(event.subject, book);
    addTo(book, toldBy(event));
  }
  return (key) => {
    const book = books.get(key);
    return book === undefined ? NO_TRAIL : trailOf(book);
  };
}

/** Newest first. */
async function eventsOf(
  reader: Pick<HistoryReader, "searchHistory">,
  fingerprint: string,
  now: number,
): Promise<readonly HistoryEvent[]> {
  const query = { from: 0, to: now + 1000, matchers: [], kinds: ["notification"], fingerprint } as const;
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE)));
  try {
    const found = reader.searchHistory({ ...query, ascending: false, limit: MOST_EVENTS });
    return (await Promise.race([found, late]))?.events ?? [];
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

function toldBy({ at, change, detail }: HistoryEvent) {
  const { reason, attempt, final, durationMs, error } = detail as Readonly<Record<string, unknown>>;
  return {
    at,
    change: change as NotificationHappening["change"],
    reason: (typeof reason === "string" ? reason : "unknown") as NotificationHappening["reason"],
    attempt: typeof attempt === "number" ? attempt : 0,
    isFinal: final !== false,
    duration: typeof durationMs === "number" ? durationMs : undefined,
    error: typeof error === "string" ? error : undefined,
  };
}
