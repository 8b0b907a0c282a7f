import type { LLMErrorType, LLMRequest } from "../../core/interfaces/classification.ts";
import type { Verdict } from "../../core/model/classification.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { withRetry, type RetryPolicy } from "../retry.ts";
import type { AlertData } from "./alert-data.ts";
import { ANSWER_NAME, ANSWER_SCHEMA, checkAnswer } from "./answer.ts";
import type { Call } from "./calls.ts";
import type { Declined, LLMMetrics } from "./metrics.ts";
import { INSTRUCTIONS } from "./prompt.ts";

/** Why the rules' answer stands. */
export type LLMFailureType = LLMErrorType | Declined | "closed";

export type LLMOutcome =
  | { readonly ok: true; readonly verdict: Verdict }
  | {
      readonly ok: false;
      readonly type: LLMFailureType;
      /** For the log; holds neither the key nor any text of the alert or of the model. */
      readonly error: string;
    };

export interface AskOptions {
  readonly call: (request: LLMRequest, signal: AbortSignal) => Promise<Call>;
  readonly model: string;
  readonly policy: RetryPolicy;
  readonly metrics: LLMMetrics;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

// Of a wrong answer, as much goes back for correction; characters.
const MAX_REPAIRED = 4_000;

/**
 * Asks the model about an alert: tries again what may succeed later, and has an answer that breaks the schema corrected once.
 * Never rejects.
 *
 * @param deadline on the clock's `elapsed`, ms; the signal ends then
 */
export function createAsk({ call, model, policy, metrics, clock, random }: AskOptions) {
  return async (alert: AlertData, deadline: number, signal: AbortSignal): Promise<LLMOutcome> => {
    let tokens = 0;
    let cost: number | undefined = 0;
    const answer = (request: LLMRequest) =>
      withRetry(
        async () => {
          const made = await call(request, signal);
          tokens += made.tokens;
          cost = made.cost === undefined || cost === undefined ? undefined : cost + made.cost;
          return made.result;
        },
        (result) => (result.ok ? { retry: false } : result),
        { policy, clock, random, deadline, signal },
      );

    const request = { system: INSTRUCTIONS, data: { alert }, schema: ANSWER_SCHEMA, schemaName: ANSWER_NAME };
    let result = await answer(request);
    if (!result.ok) return { ok: false, type: result.type, error: result.error };
    let checked = checkAnswer(result.answer);
    if (!checked.ok) {
      const repair = { answer: result.answer.slice(0, MAX_REPAIRED), problem: checked.problem };
      result = await answer({ ...request, repair });
      if (!result.ok) return { ok: false, type: result.type, error: result.error };
      checked = checkAnswer(result.answer);
    }
    if (!checked.ok) {
      metrics.errors.with("invalid_answer").inc();
      return { ok: false, type: "invalid_answer", error: `${model} breaks the schema, also after a correction` };
    }
    return {
      ok: true,
      verdict: { ...checked.verdict, model, tokens, ...(cost === undefined ? {} : { costUsd: cost }) },
    };
  };
}
