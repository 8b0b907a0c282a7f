import { createLLMClassifier } from "../../src/classify/llm/classifier.ts";
import { createLLMMetrics } from "../../src/classify/llm/metrics.ts";
import type { Family } from "../../src/metrics/family.ts";
import { register } from "../../src/metrics/registration.ts";
import { readPlusConfig } from "../../src/config/plus.ts";
import type { LLMSettings } from "../../src/config/plus/llm.ts";
import type { RuleBasedClassifier } from "../../src/core/interfaces/classification.ts";
import { boundedVerdict, withFloor } from "../../src/core/model/classification.ts";
import { systemClock } from "../../src/dispatch/clock.ts";
import { createLogger } from "../../src/server/logger.ts";
import type { LabelledAlert } from "../../test/classification/labelled.ts";
import type { Answer } from "../../test/classification/measure.ts";

/** What asking a model about alerts came to. */
export interface ModelRun {
  readonly answers: readonly Answer[];
  /** How many alerts there was no answer about, by why. */
  readonly failures: ReadonlyMap<string, number>;
  /** Answers that broke the schema, also after a correction. */
  readonly invalid: number;
  /** Requests made, tries and corrections included. */
  readonly requests: number;
  /** ms for each answer, in rising order. */
  readonly latencies: readonly number[];
  readonly tokens: number;
  /** USD; undefined where the model's price is not known. */
  readonly cost: number | undefined;
}

/** The model a file of our own settings names. @throws Error where it enables none */
export function modelSettings(file: string): LLMSettings {
  const { llm } = readPlusConfig(file, process.env);
  if (!llm.enabled) throw new Error(`${file}: llm.enabled is not true`);
  return llm;
}

/**
 * Asks a model about each alert as the server does: within its deadlines, as many at a time, within bounds and over the floor. The
 * budget of a day holds, that of a minute does not.
 */
export async function runModel(
  settings: LLMSettings,
  rules: RuleBasedClassifier,
  alerts: readonly LabelledAlert[],
): Promise<ModelRun> {
  const families: Family[] = [];
  const metrics = createLLMMetrics(register(families).add);
  const model = createLLMClassifier({
    settings: { ...settings, budget: { ...settings.budget, requests_per_minute: 100_000 } },
    metrics,
    clock: systemClock,
    log: createLogger({ level: "warn", format: "logfmt" }),
    random: Math.random,
    owner: "eval",
  });
  const answers: Answer[] = [];
  const failures = new Map<string, number>();
  const latencies: number[] = [];
  let tokens = 0;
  let cost: number | undefined = 0;
  const { signal } = new AbortController();

  async function ask(alert: LabelledAlert): Promise<Answer> {
    const began = performance.now();
    const outcome = await model.ask(alert, signal);
    if (!outcome.ok) {
      failures.set(outcome.type, (failures.get(outcome.type) ?? 0) + 1);
      return { alert, verdict: undefined };
    }
    latencies.push(performance.now() - began);
    tokens += outcome.verdict.tokens ?? 0;
    const { costUsd } = outcome.verdict;
    cost = cost === undefined || costUsd === undefined ? undefined : cost + costUsd;
    const verdict = withFloor(
      boundedVerdict(outcome.verdict),
      alert.labels,
      rules.classify(alert.labels, alert.annotations),
    );
    return { alert, verdict };
  }

  const rest = [...alerts];
  const worker = async () => {
    for (let alert = rest.shift(); alert !== undefined; alert = rest.shift()) answers.push(await ask(alert));
  };
  await Promise.all(Array.from({ length: settings.concurrency.calls }, worker));
  model.close();
  const made = (status: string) => metrics.requests.with(status).value;
  return {
    answers,
    failures,
    invalid: metrics.errors.with("invalid_answer").value,
    requests: made("success") + made("error"),
    latencies: latencies.sort((a, b) => a - b),
    tokens,
    cost,
  };
}
