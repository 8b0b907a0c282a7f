import { Counter, Gauge, Histogram, Vec } from "../../metrics/instruments.ts";
import type { Metrics } from "../../metrics/index.ts";
import { LLM_ERROR_TYPES } from "../../core/interfaces/classification.ts";
import { BREAKER_STATES } from "../breaker.ts";

export type LLMMetrics = ReturnType<typeof createLLMMetrics>;

/** Requests that were not made: the breaker is open, the budget used up, too many wait. */
const DECLINED = ["circuit_open", "over_budget", "queue_full"] as const;
export type Declined = (typeof DECLINED)[number];

const SECONDS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60];

/**
 * What is counted about the language model. The first seven have the names and labels they have elsewhere in the field.
 *
 * @param add lists a metric under its full name
 */
export function createLLMMetrics(add: Metrics["add"]) {
  const counter = (name: string, help: string) => add(name, help, "counter", [], new Counter());
  const counters = (name: string, help: string, labels: readonly string[], presets: readonly string[][]) => {
    const vec = new Vec(labels, () => new Counter());
    for (const preset of presets) vec.with(...preset);
    return add(name, help, "counter", labels, vec);
  };
  const gauge = (name: string, help: string) => add(name, help, "gauge", [], new Gauge());
  const each = (values: readonly string[]) => values.map((value) => [value]);

  const states = new Vec(["state"], () => new Gauge());
  for (const state of BREAKER_STATES) states.with(state);
  return {
    /** `with(status)`: success, error, or why none was made. */
    requests: counters(
      "llm_client_requests_total",
      "Total number of requests to the language model, and of those that were not made.",
      ["status"],
      each(["success", "error", ...DECLINED]),
    ),
    /** s */
    duration: add(
      "llm_client_request_duration_seconds",
      "Histogram of latencies of requests to the language model.",
      "histogram",
      [],
      new Histogram(SECONDS),
    ),
    /** `with(error_type)`; an answer that breaks the schema also after a correction is one as well. */
    errors: counters(
      "llm_client_errors_total",
      "Total number of requests to the language model that failed, by why.",
      ["error_type"],
      each(LLM_ERROR_TYPES),
    ),
    /** 1 for the state the breaker is in, 0 for the others. */
    breakerState: add(
      "llm_circuit_breaker_state",
      "Whether the circuit breaker before the language model is in the state.",
      "gauge",
      ["state"],
      states,
    ),
    breakerFailures: counter(
      "llm_circuit_breaker_failures_total",
      "Total number of requests the circuit breaker took for failed, slow ones among them.",
    ),
    breakerSuccesses: counter(
      "llm_circuit_breaker_successes_total",
      "Total number of requests the circuit breaker took for successful.",
    ),
    /** `with(from, to)` */
    breakerTransitions: counters(
      "llm_circuit_breaker_transitions_total",
      "Total number of changes of the circuit breaker's state.",
      ["from", "to"],
      [
        ["closed", "open"],
        ["open", "half_open"],
        ["half_open", "closed"],
        ["half_open", "open"],
      ],
    ),
    /** `with(direction)` */
    tokens: counters(
      "llm_client_tokens_total",
      "Total number of tokens the language model counted.",
      ["direction"],
      [["in"], ["out"]],
    ),
    /** USD */
    cost: counter("llm_client_cost_usd_total", "Total cost of requests to a language model of known price, in USD."),
    /** `with(layer)` */
    cacheHits: counters(
      "llm_cache_hits_total",
      "Total number of answers of the language model that were known, by where from.",
      ["layer"],
      [["memory"], ["storage"]],
    ),
    cacheMisses: counter(
      "llm_cache_misses_total",
      "Total number of answers of the language model that were not known and had to be asked for.",
    ),
    budgetRequests: gauge(
      "llm_budget_remaining_requests",
      "How many requests to the language model may be made now by the budget of a minute.",
    ),
    budgetUsd: gauge("llm_budget_remaining_usd", "What may still be spent on the language model this UTC day, in USD."),
    waiting: gauge("llm_requests_waiting", "How many alerts wait for their turn to be asked about."),
  };
}
