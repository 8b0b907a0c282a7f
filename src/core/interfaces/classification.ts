import type { Alert } from "../model/alert.ts";
import type { Category, Classification, RuleVerdict, Severity, Verdict } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Notification } from "../model/notification.ts";

/** What a classifier is told beside the alert. */
export interface ClassificationContext {
  /** What the rules say about the same alert: always at hand, and the answer that stands where no classifier has one. */
  readonly rules: RuleVerdict;
  /** Somebody wants a new verdict, not one that is remembered. */
  readonly again?: boolean;
}

/**
 * Has an opinion on alerts, and may take its time: a language model, an extension. Its verdict is advice. The caller
 * bounds it (`boundedVerdict`) and puts the floor under it (`withFloor`).
 */
export interface AlertClassifier {
  /** Names it in the configuration, in metrics and beside each of its verdicts. */
  readonly name: string;
  /**
   * Resolves with undefined where it has no verdict: it failed, is over budget, does not know. The next classifier is asked
   * then, the rules last. A rejection counts as undefined and is logged by the caller.
   * @param signal ends when the caller waits no longer
   */
  classify(alert: Alert, context: ClassificationContext, signal: AbortSignal): Promise<Verdict | undefined>;
}

/** One line of knowledge: alerts like these are of that severity and category. */
export interface ClassificationRule {
  /** Unique; shown beside its verdicts. */
  readonly name: string;
  /** All must match the alert's labels. */
  readonly matchers?: readonly Matcher[];
  /**
   * Shipped rules go by names: where there are any, the alert's name must be one of them. Case and what stands between
   * words do not matter.
   */
  readonly names?: readonly string[];
  /**
   * Or by words, for alerts nobody has heard of by name: where there are any, one of these patterns must fit the words of
   * the alert's name (see `core/classification/word-pattern.ts`). A rule has names or words, not both.
   */
  readonly words?: readonly string[];
  readonly severity: Severity;
  /**
   * The severity stands even where the alert's own label says another (but for `critical`, which always stands). Without
   * it the alert's label knows better, and the rule's severity is for alerts that say nothing. Rules of the user are certain.
   */
  readonly certain?: boolean;
  readonly category: Category;
  /** 0 to 1 */
  readonly confidence: number;
  readonly reason: string;
  readonly recommendations?: readonly string[];
}

/** The classifier that needs nobody: always there, answers at once and always, and does not block for long enough to matter. */
export interface RuleBasedClassifier {
  /** `rules` */
  readonly name: string;
  /** The verdict of the first rule that matches, else one from the words of the alert. The alert's own severity counts in it. */
  classify(labels: LabelSet, annotations: LabelSet): RuleVerdict;
}

/** The classifiers of one loaded configuration. */
export interface ClassifierRegistry {
  /** Asked in this order until one has a verdict. */
  list(): readonly AlertClassifier[];
  get(name: string): AlertClassifier | undefined;
  /** Answers first and for as long as no other has. */
  readonly default: RuleBasedClassifier;
}

/** What a notification's templates and payload are told about its alerts. */
export interface Enrichment {
  /** Of each alert, in the order of `notification.alerts`. */
  readonly alerts: readonly Classification[];
  /** Of its most severe alert: what the group as a whole is taken for. */
  readonly group: Classification;
  /** All of it, or the recommendations alone. */
  readonly shows: "all" | "recommendations";
  /** Whether a webhook has it in its payload. */
  readonly inPayload: boolean;
}

/**
 * Puts classifications into what receivers send: templates see them as `.Classification` of each alert and of the group.
 * Called while a notification is rendered, so it only looks up what is known and waits for nothing.
 */
export interface AlertEnricher {
  /** Undefined where the configuration wants nothing shown. */
  enrich(notification: Notification): Enrichment | undefined;
}

/** Told by whoever takes alerts in. Nothing here waits, throws or takes longer than noting it. */
export interface AlertWatcher {
  /** @param isNew unknown until now; otherwise something of it changed, but more than its end */
  noticed(alert: Alert, isNew: boolean): void;
  /** Nobody has the alert any more. */
  forgotten(labels: LabelSet): void;
}

/** Receivers that are told of alerts of a class beside those that the routes lead to. None is ever taken away. */
export interface ClassReceivers {
  readonly names: readonly string[];
  /** Whether the receiver is to be told of the alert by what is known of it now. */
  wants(receiver: string, alert: Alert): boolean;
  /** ms its notification may wait for what is being found out about the alert; 0 when nothing is. */
  wait(receiver: string, alert: Alert): number;
  /** Resolves once nothing is being found out about the alerts any more, after so many ms, or with the signal. */
  settled(alerts: readonly Alert[], ms: number, signal: AbortSignal): Promise<void>;
}

/** One question to a language model. */
export interface LLMRequest {
  /** Instructions, ours alone: nothing of an alert is ever in here. */
  readonly system: string;
  /** What the question is about, JSON-serialisable: sent as one block of JSON, and as data only. */
  readonly data: unknown;
  /** JSON Schema of the answer, in the subset strict modes take: all properties required, no additional ones. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Names the schema where the protocol wants that: letters, digits, `_`, `-`. */
  readonly schemaName: string;
  /** An earlier answer to the same question that broke the schema, and in which way: the model is asked to correct it. */
  readonly repair?: { readonly answer: string; readonly problem: string };
}

/** Why there is no answer: the `error_type` of `llm_client_errors_total`. */
export const LLM_ERROR_TYPES = [
  /** The deadline passed. */
  "timeout",
  /** No connection, or it broke. */
  "network",
  /** 429 */
  "rate_limited",
  /** 401 and 403: the key is wrong. */
  "auth",
  /** Any other 4xx. */
  "bad_request",
  /** 5xx */
  "server",
  /** The model would not answer, or a filter took the answer away. */
  "refused",
  /** The answer ended at the token limit. */
  "cut_off",
  /** What came back is not of the protocol. */
  "protocol",
  /** The answer breaks the schema, even after it was asked to correct it. Never from a client: it is the caller who checks. */
  "invalid_answer",
] as const;
export type LLMErrorType = (typeof LLM_ERROR_TYPES)[number];

/** Tokens the endpoint says it counted: to be paid for even where the answer was of no use. */
export interface LLMUsage {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of `tokensIn`, those the endpoint had in its prompt cache, and those it put there: they have prices of their own. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export type LLMResult =
  | ({
      readonly ok: true;
      /** The model's text: should be JSON by the schema, and has to be checked. What came as a tool call, as JSON again. */
      readonly answer: string;
    } & LLMUsage)
  | {
      readonly ok: false;
      readonly type: LLMErrorType;
      /** The same question may be answered later. */
      readonly retry: boolean;
      /** From a Retry-After header, ms. */
      readonly retryAfter?: number;
      /** For the log; never holds the key, or any text of the alert or of the model. */
      readonly error: string;
      /** Where the endpoint counted any. */
      readonly usage?: LLMUsage;
    };

/** Speaks one provider's protocol: asks one model one question once. Retrying, caching and budgets are the caller's. */
export interface LLMClient {
  /** The provider: `openai`, `azure`, `anthropic`, `custom`. */
  readonly name: string;
  readonly model: string;
  /** Never rejects for what the network or the endpoint does. An aborted signal gives `timeout`. */
  complete(request: LLMRequest, signal: AbortSignal): Promise<LLMResult>;
}
