// What a plugin of Alertmanager++ is given and gives: types alone, which import nothing. Put a copy of this file beside a
// plugin of your own; see docs/plugins.md.

/** What a plugin's file exports as its default. It has a classifier, a publisher or both. */
export interface Plugin {
  /** Shown in the log when it is started. */
  readonly name: string;
  /** The version of these types. */
  readonly apiVersion: 1;
  readonly classifier?: PluginClassifier;
  readonly publisher?: PluginPublisher;
}

export interface PluginClassifier {
  /** Undefined: no verdict; the next classifier is asked, the rules last. What is thrown counts as no verdict. */
  classify(alert: Alert, context: ClassifyContext): Verdict | undefined | Promise<Verdict | undefined>;
}

export interface PluginPublisher {
  /** Sends the notification once; trying again is the server's. What is thrown counts as a failure that may pass. */
  publish(notification: Notification, context: PluginContext): PublishResult | Promise<PublishResult>;
}

export interface PluginContext {
  /** The `options` of the plugin's entry in the settings; `{}` where there are none. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * Ends when the time for the call is up, or nobody waits for it any more. Pass it on to `fetch`: a call that has not
   * ended a second later ends the whole process.
   */
  readonly signal: AbortSignal;
}

export interface ClassifyContext extends PluginContext {
  /** What the rules say about the same alert. */
  readonly rules: Verdict & {
    /** The name of the rule that matched, `default` where none did. */
    readonly rule: string;
  };
}

export type Labels = Readonly<Record<string, string>>;

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** RFC 3339 */
  readonly startsAt: string;
  /** RFC 3339; of a firing alert in a notification 0001-01-01T00:00:00Z. */
  readonly endsAt: string;
  readonly generatorURL: string;
  /** Of the labels: 16 hexadecimal digits. */
  readonly fingerprint: string;
}

export type Severity = "critical" | "warning" | "info" | "noise";

export type Category =
  | "infrastructure"
  | "kubernetes"
  | "storage"
  | "resource"
  | "performance"
  | "application"
  | "availability"
  | "database"
  | "security"
  | "network"
  | "operations"
  | "unknown";

export interface Verdict {
  readonly severity: Severity;
  readonly category: Category;
  /** 0 to 1: how likely severity and category are both right. */
  readonly confidence: number;
  /** Why, for a person; plain text, cut after 500 characters. */
  readonly reason: string;
  /** What to look at or do first; plain text, five of at most 200 characters. */
  readonly recommendations: readonly string[];
}

export interface Notification {
  readonly receiver: string;
  /** `firing` where at least one of the alerts is. */
  readonly status: "firing" | "resolved";
  readonly alerts: readonly (Alert & { readonly status: "firing" | "resolved" })[];
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly routeLabels: Labels;
  /** Of Alertmanager itself. */
  readonly externalURL: string;
  /** Why it goes out, such as `first notification`. */
  readonly reason: string;
  /** What earlier notifications of this group and receiver gave back. */
  readonly receiverData: Readonly<Record<string, string | number>>;
  /** The same whenever the same is sent again, so that it can be told from something new. */
  readonly idempotencyKey: string;
}

export type PublishResult =
  | {
      readonly ok: true;
      /** Kept for the next notification of this group, such as the number of a ticket. At most 4 KiB as JSON. */
      readonly receiverData?: Readonly<Record<string, string | number>>;
    }
  | {
      readonly ok: false;
      /** Whether the same may succeed later. */
      readonly retry: boolean;
      /** For the log; without secrets. */
      readonly error: string;
      /** ms: it is not tried again before. */
      readonly retryAfter?: number;
      /** For the metrics; `other` where it is left out. */
      readonly reason?: "other" | "clientError" | "serverError" | "authError" | "rateLimited";
    };
