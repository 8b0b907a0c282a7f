import type { LLMErrorType, LLMResult } from "../../core/interfaces/classification.ts";
import { retryAfter } from "../../notify/status.ts";
import type { Complaint } from "./dialect.ts";
import { ResponseTooLargeError } from "./endpoint-fetch.ts";

export type LLMFailure = Extract<LLMResult, { ok: false }>;

/** An error in the protocol's words: OpenAI's and Anthropic's have the same shape. */
export interface ErrorBody {
  readonly message?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly param?: unknown;
}

/** What an error status stands for, and what the endpoint complains about. */
export function statusFailure(
  name: string,
  status: number,
  error: ErrorBody,
  headers: Headers,
  now: number,
): { readonly result: LLMFailure; readonly complaint: Complaint } {
  const code = identifier(error.code) ?? identifier(error.type);
  // A quota that is used up says 429 too, and does not come back with time.
  const usedUp = code === "insufficient_quota" || code === "billing_error";
  const wait = milliseconds(headers) ?? retryAfter({ status: 429, header: (name) => headers.get(name) ?? "" }, now);
  const result: LLMFailure = {
    ok: false,
    type: typeOf(status),
    retry: (status === 408 || status === 409 || status === 429 || status >= 500) && !usedUp,
    ...(wait === undefined ? {} : { retryAfter: wait }),
    error: `${name} answered ${status}${code === undefined ? "" : ` ${code}`}`,
  };
  return { result, complaint: { status, message: textOf(error.message), param: textOf(error.param) } };
}

function typeOf(status: number): LLMErrorType {
  if (status === 401 || status === 403) return "auth";
  if (status === 429) return "rate_limited";
  if (status === 408) return "timeout";
  if (status >= 500) return "server";
  return status >= 400 ? "bad_request" : "protocol";
}

/** What an exchange that came to no response stands for. */
export function thrownFailure(name: string, error: unknown, signal: AbortSignal): LLMFailure {
  if (signal.aborted) {
    return { ok: false, type: "timeout", retry: true, error: `${name} did not answer in time` };
  }
  if (rootOf(error) instanceof ResponseTooLargeError) {
    return protocolFailure(name, "its response is too large");
  }
  if (error instanceof SyntaxError) return protocolFailure(name, "its response is not JSON");
  // Messages of a client library may hold what was sent.
  const code = identifier((rootOf(error) as { code?: unknown }).code);
  return {
    ok: false,
    type: "network",
    retry: true,
    error: `${name} cannot be reached: ${code ?? "connection failed"}`,
  };
}

export function protocolFailure(name: string, problem: string): LLMFailure {
  return { ok: false, type: "protocol", retry: false, error: `${name}: ${problem}` };
}

/** The error that others wrap. */
function rootOf(error: unknown): object {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return typeof root === "object" && root !== null ? root : {};
}

/** A code, to be told from a sentence, which may hold anything. */
function identifier(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z][\w.-]{0,60}$/.test(value) ? value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The finer Retry-After of OpenAI and Azure, ms. */
function milliseconds(headers: Headers): number | undefined {
  const value = headers.get("retry-after-ms") ?? "";
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}
