import type { BreakerConfig } from "../../classify/breaker.ts";
import type { BudgetLimits } from "../../classify/cost/budget.ts";
import type { Price } from "../../classify/cost/prices.ts";
import { VARYING_LABELS } from "../../classify/llm/varying.ts";
import type { RedactConfig } from "../../classify/redact.ts";
import type { RetryPolicy } from "../../classify/retry.ts";
import { compileRegex } from "../../core/model/regex.ts";
import { ConfigError } from "../error.ts";
import { Secret } from "../secret.ts";
import type { Environment } from "./environment.ts";
import { decimal, whole } from "./numbers.ts";
import { readMapping, readNamed, readScalar, readSecret, readSequence, refined, type ReadKey } from "./reader.ts";
import { boolean, count, oneOf, path, promDuration, size, text, typed, type ReadText } from "./values.ts";

const LLM_PROVIDERS = ["openai", "azure", "anthropic", "custom"] as const;
export type LLMProvider = (typeof LLM_PROVIDERS)[number];

/** The language model that classifies alerts. Nothing is sent anywhere unless it is enabled. */
export interface LLMSettings {
  readonly enabled: boolean;
  readonly provider: LLMProvider;
  /** Of its API, with or without the path of the operation. */
  readonly base_url: string;
  /** Undefined: none, or in the file. */
  readonly api_key: Secret | undefined;
  /** Read for each request, so that the key may change; "" for none. */
  readonly api_key_file: string;
  readonly model: string;
  readonly azure: {
    readonly deployment: string;
    readonly api_version: string;
  };
  /** ms; for everything about one alert from its turn on: all tries, the waits between them, a correction. */
  readonly timeout: number;
  readonly max_tokens: number;
  readonly temperature: number;
  readonly budget: BudgetLimits;
  /** By model, before the built-in table. */
  readonly prices: ReadonlyMap<string, Price>;
  readonly redact: RedactConfig;
  readonly breaker: BreakerConfig;
  readonly retry: RetryPolicy & {
    /** ms; one try at most. */
    readonly attempt_timeout: number;
  };
  readonly concurrency: {
    /** How many alerts are asked about at the same time. */
    readonly calls: number;
    /** How many more may wait for their turn; for those beyond the rules' answer stands. */
    readonly waiting: number;
  };
  readonly cache: {
    /** ms; an answer is used again as long. */
    readonly ttl: number;
    /** ms; after a failure the same is not asked again for as long. */
    readonly failure_ttl: number;
    /** How many answers are kept in memory, */
    readonly entries: number;
    /** and how many bytes. */
    readonly size: number;
    /** Labels whose values are neither sent nor tell answers apart. */
    readonly varying_labels: readonly string[];
  };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const LLM_DEFAULTS: LLMSettings = {
  enabled: false,
  provider: "openai",
  base_url: "",
  api_key: undefined,
  api_key_file: "",
  model: "",
  azure: { deployment: "", api_version: "2024-10-21" },
  timeout: 30 * SECOND,
  max_tokens: 1_500,
  temperature: 0,
  budget: { requests_per_minute: 60, usd_per_day: 5 },
  prices: new Map(),
  redact: { labels_allow: [], patterns: [], emails: true },
  breaker: { failures: 5, failure_rate: 0.5, window: MINUTE, open_duration: 30 * SECOND, slow_call: 10 * SECOND },
  retry: { attempts: 3, initial: 500, max: 10 * SECOND, attempt_timeout: 15 * SECOND },
  concurrency: { calls: 4, waiting: 100 },
  cache: {
    ttl: 24 * HOUR,
    failure_ttl: MINUTE,
    entries: 10_000,
    size: 8 * 2 ** 20,
    varying_labels: VARYING_LABELS,
  },
};

const BASE_URLS: Readonly<Record<LLMProvider, string>> = {
  openai: "https://api.openai.com/v1",
  anthropic: "https://api.anthropic.com",
  azure: "",
  custom: "",
};

/** Reads the URL. @throws Error that does not show it: it may hold a key where none should be */
const baseUrl: ReadText<string> = typed("URL", (value) => {
  if (value === "") return value;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const plain = url?.username === "" && url.password === "" && url.hash === "";
  if (plain && (url.protocol === "http:" || url.protocol === "https:")) return value;
  throw new Error("expected a URL such as https://api.openai.com/v1 without user, password and fragment");
});

const secret: ReadText<Secret | undefined> = (value) => (value === "" ? undefined : new Secret(value));

const pattern: ReadText<string> = typed("RE2 pattern", (value) => {
  compileRegex(value);
  return value;
});

const usd = readScalar(decimal(0, 1e6));

// A price that is left out must not be free by accident.
const NO_PRICE: Partial<Price> = {};
const readPrice = readMapping(NO_PRICE, { in: usd, out: usd, cache_read: usd, cache_write: usd });

const prices: ReadKey<ReadonlyMap<string, Price>> = readNamed(
  refined(readPrice, (price, at) => {
    if (price.in === undefined || price.out === undefined) {
      return at.fail("expected in and out, in USD per million tokens");
    }
    return { ...price, in: price.in, out: price.out };
  }),
);

/** The keys as they are in the file; `llmSettings` completes and checks them. */
export const readLLM: ReadKey<LLMSettings> = readMapping(LLM_DEFAULTS, {
  enabled: readScalar(boolean),
  provider: readScalar(oneOf(...LLM_PROVIDERS)),
  base_url: readSecret(baseUrl),
  api_key: readSecret(secret),
  api_key_file: readScalar(path),
  model: readScalar(text),
  azure: readMapping(LLM_DEFAULTS.azure, { deployment: readScalar(text), api_version: readScalar(text) }),
  timeout: readScalar(promDuration),
  max_tokens: readScalar(whole(100, 1e6)),
  temperature: readScalar(decimal(0, 2)),
  budget: readMapping(LLM_DEFAULTS.budget, { requests_per_minute: readScalar(whole(1, 1e5)), usd_per_day: usd }),
  prices,
  redact: readMapping(LLM_DEFAULTS.redact, {
    labels_allow: readSequence(readScalar(text)),
    patterns: readSequence(readScalar(pattern)),
    emails: readScalar(boolean),
  }),
  breaker: readMapping(LLM_DEFAULTS.breaker, {
    failures: readScalar(count),
    failure_rate: readScalar(decimal(0.01, 1)),
    window: readScalar(promDuration),
    open_duration: readScalar(promDuration),
    slow_call: readScalar(promDuration),
  }),
  retry: readMapping(LLM_DEFAULTS.retry, {
    attempts: readScalar(whole(1, 20)),
    initial: readScalar(promDuration),
    max: readScalar(promDuration),
    attempt_timeout: readScalar(promDuration),
  }),
  concurrency: readMapping(LLM_DEFAULTS.concurrency, {
    calls: readScalar(whole(1, 64)),
    waiting: readScalar(whole(0, 1e5)),
  }),
  cache: readMapping(LLM_DEFAULTS.cache, {
    ttl: readScalar(promDuration),
    failure_ttl: readScalar(promDuration),
    entries: readScalar(count),
    size: readScalar(size),
    varying_labels: readSequence(readScalar(text)),
  }),
});

/**
 * The settings of the file, completed by the provider's defaults and the environment's LLM_API_KEY. What is not enabled is
 * not checked.
 *
 * @param resolve makes a path of the file one from here
 * @throws ConfigError
 */
export function llmSettings(
  inFile: LLMSettings,
  environment: Environment,
  resolve: (file: string) => string,
): LLMSettings {
  if (!inFile.enabled) return inFile;
  const { provider, azure } = inFile;
  const base_url = inFile.base_url === "" ? BASE_URLS[provider] : inFile.base_url;
  if (base_url === "") throw new ConfigError(`llm.base_url: not given, and ${provider} has no default`);
  // Azure's deployments have names of their own, which often are the model's.
  const deployment = azure.deployment === "" ? inFile.model : azure.deployment;
  const model = inFile.model === "" && provider === "azure" ? deployment : inFile.model;
  if (model === "") throw new ConfigError("llm.model: not given; expected the name of a model");
  if (inFile.api_key !== undefined && inFile.api_key_file !== "") {
    throw new ConfigError("llm.api_key_file: given beside api_key; expected one of the two");
  }
  const named = inFile.api_key_file !== "";
  const api_key = named ? undefined : (inFile.api_key ?? secret(environment["LLM_API_KEY"] ?? ""));
  if (api_key === undefined && !named && provider !== "custom") {
    throw new ConfigError("llm.api_key: not given; expected it, api_key_file or the environment variable LLM_API_KEY");
  }
  return {
    ...inFile,
    base_url,
    model,
    azure: { ...azure, deployment },
    api_key,
    api_key_file: resolve(inFile.api_key_file),
  };
}
