import type { NotificationHappening } from "../interfaces/observing.ts";
import type { AttemptRecord, DecisionRecord } from "./facts.ts";

/** Characters of an error. */
const LONGEST_ERROR = 500;

/** What is told of a notification, as far as it matters here. */
export type Told = Pick<
  NotificationHappening,
  "at" | "change" | "reason" | "attempt" | "isFinal" | "duration" | "error"
>;

/** What a happening says of a flush's decision. */
export function decisionOf({ at, change, reason, duration, error, isFinal }: Told): DecisionRecord {
  switch (change) {
    case "skipped":
      return { at, outcome: reason as DecisionRecord["outcome"], reason: "none", detail: "" };
    case "rate_limited":
      return { at, outcome: change, reason: "none", detail: `waits ${Math.ceil((duration ?? 0) / 1000)}s` };
    case "failed":
      return { at, outcome: isFinal ? "failed" : "retrying", reason, detail: shortError(error) };
    default:
      return { at, outcome: change, reason, detail: shortError(error) };
  }
}

/** The attempt a happening is about; undefined where none was made. */
export function attemptOf({ at, change, attempt, duration, error }: Told): AttemptRecord | undefined {
  if (change === "skipped" || change === "rate_limited" || attempt === 0) return undefined;
  const text = shortError(error);
  return {
    number: attempt,
    at: at - (duration ?? 0),
    durationMs: Math.round(duration ?? 0),
    outcome: change,
    statusCode: statusIn(text),
    error: text === "" ? null : text,
  };
}

const CANCELED = /^.*?: notify retry canceled (?:due to unrecoverable error )?after \d+ attempts: /s;

/** An error without upstream's words around it, which say what stands beside it anyway (spec §6.7). */
function shortError(error: string | undefined): string {
  const text = (error ?? "").replace(CANCELED, "").trim();
  return text.length <= LONGEST_ERROR ? text : `${text.slice(0, LONGEST_ERROR - 1)}…`;
}

/** The status of the receiver's answer, as every receiver that fails by it says (spec §10.1). */
function statusIn(error: string): number | null {
  const status = /\bunexpected status code (\d{3})\b/.exec(error)?.[1];
  return status === undefined ? null : Number(status);
}
