import type { FailureReason } from "../core/model/notification.ts";
import type { HttpResponse } from "./http.ts";

/** An attempt that failed; thrown within a receiver and told as its result (spec §10.1). */
export class PublishError extends Error {
  constructor(
    message: string,
    readonly retry: boolean,
    readonly reason: FailureReason = "other",
    /** The next attempt waits at least this long, ms. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** How a receiver reads an unsuccessful status. */
export interface StatusRule {
  /** Statuses worth another try besides 429 and 5xx. */
  readonly retryCodes?: readonly number[];
  /** What the message adds to the status; without it, the whole body. */
  readonly details?: (status: number, body: string) => string;
  /** Put before the message. */
  readonly prefix?: string;
  /** Why it failed; without it, what the status says (spec §6.9). */
  readonly reason?: FailureReason;
}

/** The `reason` of a failure by status (spec §6.9). */
export function failureReason(status: number): FailureReason {
  if (status === 401 || status === 403) return "authError";
  if (status === 429) return "rateLimited";
  if (status >= 400 && status < 500) return "clientError";
  return status >= 500 && status < 600 ? "serverError" : "other";
}

/**
 * Accepts any 2xx without reading its body. Beyond upstream's rule, 429 is worth another try for every receiver, after
 * what its Retry-After asks for.
 *
 * @throws PublishError for every other status
 */
export async function checkStatus(
  response: HttpResponse,
  rule: StatusRule = {},
  now: number = Date.now(),
): Promise<void> {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  // Without the body the status alone has to do.
  const body = await response.text().catch(() => "");
  throw statusError(
    status,
    rule.details === undefined ? body : rule.details(status, body),
    rule,
    retryAfter(response, now),
  );
}

/** The failure a status stands for. */
export function statusError(status: number, details: string, rule: StatusRule, retryAfter?: number): PublishError {
  const text = `${rule.prefix ?? ""}unexpected status code ${status}${details === "" ? "" : `: ${details}`}`;
  const retry = status === 429 || (status >= 500 && status < 600) || (rule.retryCodes?.includes(status) ?? false);
  return new PublishError(text, retry, rule.reason ?? failureReason(status), retryAfter);
}

/** What a 429 asks for, in seconds or as a date; ms from now, undefined where it does not say. */
export function retryAfter(response: Pick<HttpResponse, "status" | "header">, now: number): number | undefined {
  if (response.status !== 429) return undefined;
  const value = response.header("Retry-After");
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
