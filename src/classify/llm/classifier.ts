import type { LLMSettings } from "../../config/plus/llm.ts";
import type { CacheStorage } from "../../core/interfaces/cache.ts";
import type { AlertClassifier } from "../../core/interfaces/classification.ts";
import type { Alert } from "../../core/model/alert.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { BREAKER_STATES, CircuitBreaker, type BreakerState } from "../breaker.ts";
import { Budget } from "../cost/budget.ts";
import { priceOf, PRICES_AS_OF } from "../cost/prices.ts";
import { createSpendStore, noSpendStore } from "../cost/spend.ts";
import { createAlertData } from "./alert-data.ts";
import { Answers } from "./answers.ts";
import { createAsk, type LLMOutcome } from "./ask.ts";
import { CLOSED, createCalls } from "./calls.ts";
import { createLLMClient } from "./client.ts";
import type { LLMMetrics } from "./metrics.ts";
import { PROMPT_VERSION } from "./prompt.ts";
import { Turns } from "./turns.ts";
import { unlessAborted } from "../unless-aborted.ts";

export interface LLMClassifierOptions {
  readonly settings: LLMSettings;
  readonly metrics: LLMMetrics;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Keeps answers, and what was spent, beyond this process, and shares answers with others; without one memory has to do. */
  readonly storage?: CacheStorage | undefined;
  /** Names this server among those that share the storage: each has a budget of its own. */
  readonly owner: string;
}

export interface LLMClassifier extends AlertClassifier {
  /** As `classify`, and says why there is no verdict. */
  ask(alert: Pick<Alert, "labels" | "annotations">, signal: AbortSignal): Promise<LLMOutcome>;
  readonly breaker: BreakerState;
  readonly budget: {
    /** Of the running minute. */
    readonly remainingRequests: number;
    readonly spentUsd: number;
    readonly remainingUsd: number;
  };
  /** Ends all that is under way; from then on there are no verdicts. */
  close(): void;
}

const CALLED_OFF: LLMOutcome = { ok: false, type: "closed", error: "nobody waits for the answer any more" };

/**
 * The classifier that asks a language model. It asks once about all alerts of a kind, and again when the answer is old; many that ask
 * for the same at a time wait for one answer. Each answer arrives within `timeout` of its turn or not at all; where the endpoint
 * fails, is slow, or costs more than it may, there is no verdict and the rules' stands. It never rejects.
 *
 * @throws RegexError for a pattern in `redact` that is none
 */
export function createLLMClassifier(options: LLMClassifierOptions): LLMClassifier {
  const { settings, metrics, clock, random, storage, owner } = options;
  const { provider, model } = settings;
  const log = options.log.with({ component: "llm", provider, model });

  const price = priceOf(model, settings.prices);
  if (price === undefined) {
    log.warn("The price of the model is not known: costs are not counted, and budget.usd_per_day holds nothing", {
      prices_as_of: PRICES_AS_OF,
    });
  }
  const budget = new Budget(
    settings.budget,
    clock,
    storage === undefined ? noSpendStore : createSpendStore(storage, owner),
  );
  const spendKnown = budget.load();
  const breaker = new CircuitBreaker(settings.breaker, clock, {
    failed: () => metrics.breakerFailures.inc(),
    succeeded: () => metrics.breakerSuccesses.inc(),
    changed(from, to) {
      metrics.breakerTransitions.with(from, to).inc();
      showState(to);
      log[to === "open" ? "warn" : "info"]("The circuit breaker before the language model changed", { from, to });
    },
  });
  const turns = new Turns(settings.concurrency.calls, settings.concurrency.waiting);
  showState(breaker.state);
  metrics.budgetRequests.read = () => budget.remainingRequests();
  metrics.budgetUsd.read = () => budget.remainingUsd();
  metrics.waiting.read = () => turns.waiting;

  function showState(now: BreakerState): void {
    for (const state of BREAKER_STATES) metrics.breakerState.with(state).set(state === now ? 1 : 0);
  }

  const call = createCalls({
    client: createLLMClient(settings, new Map(), clock),
    breaker,
    budget,
    price,
    maxTokens: settings.max_tokens,
    timeout: settings.retry.attempt_timeout,
    metrics,
    clock,
  });
  const ask = createAsk({ call, model, policy: settings.retry, metrics, clock, random });
  const question = createAlertData(settings.redact, settings.cache.varying_labels);
  const answers = new Answers<LLMOutcome>(settings.cache, clock, storage);
  const underWay = new Map<string, Promise<LLMOutcome>>();
  const closing = new AbortController();
  const report = createReport(log);

  /** Asks within the time there is, once it is its turn. */
  async function inTurn(about: ReturnType<typeof question>): Promise<LLMOutcome> {
    await spendKnown;
    const endTurn = await turns.take(closing.signal);
    if (closing.signal.aborted) return CALLED_OFF;
    if (endTurn === undefined) {
      metrics.requests.with("queue_full").inc();
      return { ok: false, type: "queue_full", error: "too many alerts wait to be asked about" };
    }
    const controller = new AbortController();
    const close = () => controller.abort(CLOSED);
    closing.signal.addEventListener("abort", close, { once: true });
    const cancel = clock.schedule(settings.timeout, () => controller.abort());
    try {
      const outcome = await ask(about.data, clock.elapsed() + settings.timeout, controller.signal);
      return closing.signal.aborted ? CALLED_OFF : outcome;
    } finally {
      cancel();
      closing.signal.removeEventListener("abort", close);
      endTurn();
    }
  }

  async function find(key: string, about: ReturnType<typeof question>, again: boolean): Promise<LLMOutcome> {
    const stored = again ? undefined : await answers.read(key);
    if (stored !== undefined) {
      metrics.cacheHits.with("storage").inc();
      return { ok: true, verdict: stored };
    }
    metrics.cacheMisses.inc();
    const outcome = await inTurn(about);
    report(outcome);
    if (outcome.ok) answers.set(key, outcome.verdict);
    else if (isRemembered(outcome)) answers.fail(key, outcome);
    return outcome;
  }

  async function answer(
    alert: Pick<Alert, "labels" | "annotations">,
    signal: AbortSignal,
    again = false,
  ): Promise<LLMOutcome> {
    if (closing.signal.aborted || signal.aborted) return CALLED_OFF;
    const about = question(alert);
    const key = keyOf([String(PROMPT_VERSION), provider, model, about.kind]);
    const known = again ? undefined : answers.get(key);
    if (known !== undefined) {
      metrics.cacheHits.with("memory").inc();
      return "failure" in known ? known.failure : { ok: true, verdict: known };
    }
    let found = underWay.get(key);
    if (found === undefined) {
      found = find(key, about, again).finally(() => underWay.delete(key));
      underWay.set(key, found);
    }
    // The answer goes on being looked for, for others and for the next time.
    return (await unlessAborted(found, signal)) ?? CALLED_OFF;
  }

  return {
    name: "llm",
    async classify(alert, { again }, signal) {
      const outcome = await answer(alert, signal, again);
      return outcome.ok ? outcome.verdict : undefined;
    },
    ask: answer,
    get breaker() {
      return breaker.state;
    },
    get budget() {
      return {
        remainingRequests: budget.remainingRequests(),
        spentUsd: budget.spentUsd(),
        remainingUsd: budget.remainingUsd(),
      };
    },
    close: () => closing.abort(CLOSED),
  };
}

/** What was not even asked may be asked again as soon as it can be. */
function isRemembered({ type }: Extract<LLMOutcome, { ok: false }>): boolean {
  return type !== "circuit_open" && type !== "over_budget" && type !== "queue_full" && type !== "closed";
}

function keyOf(parts: readonly string[]): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Logs a failure when it is of another type than the one before, and when answers are back. */
function createReport(log: Logger): (outcome: LLMOutcome) => void {
  let last: string | undefined;
  return (outcome) => {
    if (outcome.ok) {
      if (last !== undefined) log.info("The language model answers again");
      last = undefined;
      return;
    }
    if (outcome.type === "closed") return;
    const level = outcome.type === last ? "debug" : "warn";
    last = outcome.type;
    log[level]("The language model gave no answer: the rules' stands", {
      error_type: outcome.type,
      err: outcome.error,
    });
  };
}
