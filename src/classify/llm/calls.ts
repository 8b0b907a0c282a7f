import type { LLMClient, LLMRequest, LLMResult } from "../../core/interfaces/classification.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { CircuitBreaker } from "../breaker.ts";
import type { Budget } from "../cost/budget.ts";
import { costOf, tokensAtMost } from "../cost/cost.ts";
import type { Price } from "../cost/prices.ts";
import type { Declined, LLMMetrics } from "./metrics.ts";

/** What a call came to; `declined` where it was not made. */
export type CallResult = LLMResult | NotMade;

interface NotMade {
  readonly ok: false;
  readonly type: Declined | "timeout";
  readonly retry: false;
  readonly error: string;
}

export interface Call {
  readonly result: CallResult;
  /** In and out together. */
  readonly tokens: number;
  /** USD; undefined where the price is not known. */
  readonly cost: number | undefined;
}

export interface CallOptions {
  readonly client: LLMClient;
  readonly breaker: CircuitBreaker;
  readonly budget: Budget;
  readonly price: Price | undefined;
  readonly maxTokens: number;
  /** ms */
  readonly timeout: number;
  readonly metrics: LLMMetrics;
  readonly clock: Clock;
}

/** Why all calls end: the classifier is closed. What they came to says nothing about the endpoint. */
export const CLOSED = new Error("closed");

/**
 * Makes calls that keep to budget, breaker and the time one may take, and that are counted.
 *
 * @returns a function that never rejects
 */
export function createCalls(options: CallOptions): (request: LLMRequest, signal: AbortSignal) => Promise<Call> {
  const { client, breaker, budget, price, metrics, clock } = options;

  const decline = (type: Declined, error: string): Call => {
    metrics.requests.with(type).inc();
    return notMade({ type, error });
  };

  return async (request, signal) => {
    if (signal.aborted) return notMade({ type: "timeout", error: "no time is left to ask" });
    const { system, data, repair } = request;
    const tokensIn = tokensAtMost(
      system + JSON.stringify(data) + (repair === undefined ? "" : repair.answer + repair.problem),
    );
    const most =
      price === undefined ? 0 : costOf({ tokensIn, tokensOut: options.maxTokens, cacheWrite: tokensIn }, price);
    const over = budget.over(most);
    if (over !== undefined) return decline("over_budget", `the budget ${over} is used up`);
    const permit = breaker.acquire();
    if (permit === undefined) return decline("circuit_open", "the circuit breaker is open");
    const reservation = budget.reserve(most);
    const begin = clock.elapsed();

    const result = await within(options.timeout, clock, signal, (limit) => client.complete(request, limit));

    const took = clock.elapsed() - begin;
    const usage = result.ok ? result : result.usage;
    const cost = usage === undefined ? 0 : costOf(usage, price);
    const uncounted =
      usage === undefined && price !== undefined && mayBeBilled(result) ? costOf({ tokensIn, tokensOut: 0 }, price) : 0;
    reservation.settle((cost ?? 0) + uncounted);
    if (signal.reason === CLOSED) breaker.release(permit);
    else breaker.record(permit, isAnswered(result), took);
    metrics.requests.with(result.ok ? "success" : "error").inc();
    metrics.duration.observe(took / 1_000);
    if (!result.ok) metrics.errors.with(result.type).inc();
    metrics.tokens.with("in").inc(usage?.tokensIn ?? 0);
    metrics.tokens.with("out").inc(usage?.tokensOut ?? 0);
    metrics.cost.inc(cost ?? 0);
    return { result, tokens: (usage?.tokensIn ?? 0) + (usage?.tokensOut ?? 0), cost };
  };
}

function notMade(why: Pick<NotMade, "type" | "error">): Call {
  return { result: { ok: false, retry: false, ...why }, tokens: 0, cost: 0 };
}

/** Whether the endpoint does what it is there for: an answer that is of no use is one. */
function isAnswered(result: LLMResult): boolean {
  return result.ok || result.type === "refused" || result.type === "cut_off";
}

/** Whether the endpoint may have read the prompt and did not get to say so: the budget then counts the prompt. */
function mayBeBilled(result: LLMResult): boolean {
  return !result.ok && (result.type === "timeout" || result.type === "protocol");
}

async function within<T>(
  timeout: number,
  clock: Clock,
  signal: AbortSignal,
  run: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const cancel = clock.schedule(timeout, abort);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    return await run(controller.signal);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}
