import { Catalogue } from "../classify/catalogue.ts";
import { Classes, type Class } from "../classify/classes.ts";
import { createClassReceivers } from "../classify/class-receivers.ts";
import { ClassificationDesk } from "../classify/desk.ts";
import { createEnricher } from "../classify/enricher.ts";
import type { LLMClassifier } from "../classify/llm/classifier.ts";
import { createLLMMetrics, type LLMMetrics } from "../classify/llm/metrics.ts";
import { createClassificationMetrics } from "../classify/metrics.ts";
import { labelCategories, shippedRules } from "../classify/rules/index.ts";
import { Verdicts } from "../classify/verdicts.ts";
import type { Metrics } from "../metrics/index.ts";
import type { PlusConfig } from "../config/plus.ts";
import type { LLMSettings } from "../config/plus/llm.ts";
import { createClassifierRegistry } from "../core/classification/registry.ts";
import { createRuleBasedClassifier } from "../core/classification/rules.ts";
import type { CacheStorage } from "../core/interfaces/cache.ts";
import type { AlertClassifier, ClassifierRegistry } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import type { Classification as ClassifiedAs } from "../core/model/classification.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Engine, EngineConfig } from "../dispatch/engine.ts";
import type { Logger } from "../core/interfaces/logging.ts";

export interface ClassificationOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Keeps answers of a language model, and what they cost, beyond this process. */
  readonly cache: CacheStorage;
  /** This server's name among those that share alerts; undefined for a server that has its alerts for itself. */
  readonly replica: string | undefined;
}

/** The language model as people see it: nothing in it is secret. */
export interface LLMStatus {
  readonly settings: LLMSettings;
  readonly breaker: LLMClassifier["breaker"];
  readonly budget: LLMClassifier["budget"];
}

/** What one configuration makes of classification, before it is in force. */
export interface PreparedClassification {
  readonly engine: Pick<EngineConfig, "enricher" | "classReceivers">;
  readonly registry: ClassifierRegistry;
  readonly llm: RunningLLM | undefined;
}

interface RunningLLM {
  readonly classifier: LLMClassifier;
  readonly settings: LLMSettings;
}

/** All that classifies alerts in this server, over all configurations. */
export class Classification {
  readonly #options: ClassificationOptions;
  readonly #desk: ClassificationDesk;
  readonly #verdicts: Verdicts;
  readonly #classes: Classes;
  readonly catalogue: Catalogue;
  #llm: RunningLLM | undefined;
  #llmMetrics: LLMMetrics | undefined;

  constructor(options: ClassificationOptions) {
    const { engine, clock, log, metrics } = options;
    this.#options = options;
    this.#verdicts = new Verdicts(engine.classifications, () => this.#desk.registry);
    this.#classes = new Classes(this.#verdicts, () => this.#desk.registry);
    this.#desk = new ClassificationDesk({
      clock,
      log,
      metrics: createClassificationMetrics(metrics.add),
      host: {
        alert: (labels) => engine.alert(labels),
        known: () => engine.alerts(),
        keep: (classification) => engine.classified.keep(classification),
      },
      verdicts: this.#verdicts,
      registry: createClassifierRegistry(createRuleBasedClassifier([], new Map()), []),
      isOurs: (alertname) => this.#isOurs(alertname),
    });
    const host = {
      known: () => engine.alerts(),
      correct: (classification: Parameters<typeof engine.classified.correct>[0]) =>
        engine.classified.correct(classification),
    };
    this.catalogue = new Catalogue(host, this.#verdicts, this.#desk, clock);
    engine.watch(this.#desk);
  }

  /** What an alert is taken for now. */
  verdict(alert: Alert): ClassifiedAs {
    return this.#verdicts.of(alert);
  }

  /** Severity and category of the same, at less cost where many are asked about again and again. */
  classOf(alert: Alert): Class {
    return this.#classes.of(alert);
  }

  /** Undefined where none is enabled. */
  get llm(): LLMStatus | undefined {
    if (this.#llm === undefined) return undefined;
    const { classifier, settings } = this.#llm;
    return { settings, breaker: classifier.breaker, budget: classifier.budget };
  }

  /**
   * Builds what the settings ask for; nothing of it is in force before `use`.
   *
   * @param plugins classifiers of the user's own, asked before the language model
   * @throws Error
   */
  async prepare(
    { classification, llm }: Pick<PlusConfig, "classification" | "llm">,
    plugins: readonly AlertClassifier[] = [],
  ): Promise<PreparedClassification> {
    const running = llm.enabled ? await this.#prepareLLM(llm) : undefined;
    const classifiers = running === undefined ? plugins : [...plugins, running.classifier];
    const receivers = createClassReceivers(
      classification.routes,
      this.#verdicts,
      (labels) => this.#desk.isPending(labels),
      this.#options.clock,
    );
    return {
      engine: {
        ...(classification.mode !== "transparent" && { enricher: createEnricher(classification, this.#verdicts) }),
        ...(receivers.names.length > 0 && { classReceivers: receivers }),
      },
      registry: registryOf(classification.rules, classifiers),
      llm: running,
    };
  }

  /** Goes over to what was prepared. */
  use({ registry, llm }: PreparedClassification): void {
    if (this.#llm !== llm) this.#llm?.classifier.close();
    this.#llm = llm;
    this.#desk.use(registry);
  }

  /** Lets go of what was prepared and is not to be used. */
  discard({ llm }: PreparedClassification): void {
    if (llm !== this.#llm) llm?.classifier.close();
  }

  close(): void {
    this.#desk.close();
    this.#llm?.classifier.close();
  }

  /** What is known, remembered and spent stays as long as the settings do. The library is large and taken in when needed. */
  async #prepareLLM(settings: LLMSettings): Promise<RunningLLM> {
    if (this.#llm !== undefined && fingerprintOf(this.#llm.settings) === fingerprintOf(settings)) return this.#llm;
    const { clock, log, metrics, cache, replica } = this.#options;
    const { createLLMClassifier } = await import("../classify/llm/classifier.ts");
    this.#llmMetrics ??= createLLMMetrics(metrics.add);
    const classifier = createLLMClassifier({
      settings,
      metrics: this.#llmMetrics,
      clock,
      log,
      random: Math.random,
      storage: cache,
      owner: replica ?? "alone",
    });
    return { classifier, settings };
  }

  /** Of several servers that get the same alerts one asks about all of a name, so that each kind is asked about once. */
  #isOurs(alertname: string): boolean {
    const { engine, replica } = this.#options;
    if (replica === undefined) return true;
    const names = engine.members.map(({ name }) => name);
    if (!names.includes(replica)) return true;
    return names[Bun.hash.crc32(alertname) % names.length] === replica;
  }
}

function registryOf(
  rules: PlusConfig["classification"]["rules"],
  classifiers: readonly AlertClassifier[],
): ClassifierRegistry {
  return createClassifierRegistry(createRuleBasedClassifier([...rules, ...shippedRules], labelCategories), classifiers);
}

/** Equal for equal settings. */
function fingerprintOf({ api_key, prices, ...settings }: LLMSettings): string {
  return JSON.stringify([settings, [...prices], api_key?.reveal()]);
}
