import type { HistoryQuery } from "../../core/interfaces/history.ts";

/** All of the history, oldest first, a stretch at a time. */
export const EVERYTHING: HistoryQuery = {
  from: 0,
  to: 2 ** 42,
  matchers: [],
  kinds: [],
  ascending: true,
  limit: 500,
};
