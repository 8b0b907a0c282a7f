import type { PublishResult } from "../core/interfaces/publishing.ts";
import { isCategory, isSeverity, type Verdict } from "../core/model/classification.ts";
import { FAILURE_REASONS, type ReceiverData } from "../core/model/notification.ts";
import { record } from "./protocol.ts";

/** Bytes of the JSON of what a publisher wants back. */
const RECEIVER_DATA_LIMIT = 4096;

/** Checks the answer of a classifier; its texts are not bounded yet. @throws Error saying what is wrong with it */
export function readVerdict(value: unknown): Verdict | undefined {
  if (value === undefined || value === null) return undefined;
  const { severity, category, confidence, reason, recommendations } = record(value);
  if (!isSeverity(severity)) throw wrong("severity", severity, "critical, warning, info or noise");
  if (!isCategory(category)) throw wrong("category", category, "one of the categories");
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1)) {
    throw wrong("confidence", confidence, "a number from 0 to 1");
  }
  if (typeof reason !== "string") throw wrong("reason", reason, "a text");
  if (!Array.isArray(recommendations) || !recommendations.every((text) => typeof text === "string")) {
    throw wrong("recommendations", recommendations, "a list of texts");
  }
  return { severity, category, confidence, reason, recommendations };
}

/** Checks the answer of a publisher; its error is not redacted yet. @throws Error saying what is wrong with it */
export function readPublishResult(value: unknown): PublishResult {
  const { ok, retry, error, reason = "other", retryAfter, receiverData } = record(value);
  if (ok === true) {
    return receiverData === undefined ? { ok } : { ok, receiverData: readReceiverData(receiverData) };
  }
  if (ok !== false) throw wrong("ok", ok, "true or false");
  if (typeof retry !== "boolean") throw wrong("retry", retry, "true or false");
  if (typeof error !== "string") throw wrong("error", error, "a text");
  const known = FAILURE_REASONS.find((one) => one === reason);
  if (known === undefined) throw wrong("reason", reason, `one of ${FAILURE_REASONS.join(", ")}`);
  const failure = { ok, retry, error, reason: known } as const;
  if (retryAfter === undefined) return failure;
  if (typeof retryAfter !== "number" || !(retryAfter >= 0)) {
    throw wrong("retryAfter", retryAfter, "a number of milliseconds");
  }
  return { ...failure, retryAfter };
}

function readReceiverData(value: unknown): ReceiverData {
  const data = record(value);
  const isFlat = Object.values(data).every((item) => typeof item === "string" || typeof item === "number");
  if (typeof value !== "object" || Array.isArray(value) || !isFlat) {
    throw wrong("receiverData", value, "an object of texts and numbers");
  }
  if (Buffer.byteLength(JSON.stringify(value)) > RECEIVER_DATA_LIMIT) {
    throw new Error(`receiverData has more than ${RECEIVER_DATA_LIMIT} bytes`);
  }
  return data as ReceiverData;
}

function wrong(key: string, value: unknown, expected: string): Error {
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 100);
  return new Error(`${key} is ${shown}; expected ${expected}`);
}
