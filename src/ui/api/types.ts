// The answers of /api/plus/v1, as its OpenAPI document describes them. Times are RFC 3339 texts.
import type { WireMatcher } from "../text/matchers.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface ShownClassification {
  readonly severity: string;
  readonly category?: string;
  readonly confidence?: number;
  readonly reason?: string;
  readonly classifier?: string;
}

export interface Alert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: string;
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
  readonly classification: ShownClassification | null;
  readonly acknowledgedBy: string | null;
}

export interface AlertPage extends Page<Alert> {
  readonly total: number;
}

export interface Facets {
  readonly total: number;
  readonly states: Readonly<Record<string, number>>;
  readonly severities: Readonly<Record<string, number>>;
  readonly categories: Readonly<Record<string, number>>;
  readonly receivers: readonly { readonly name: string; readonly count: number }[];
  readonly labels: readonly {
    readonly name: string;
    readonly distinct: number;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
}

export interface AlertGroup {
  readonly labels: Labels;
  readonly count: number;
  readonly states: Readonly<Record<string, number>>;
  readonly severities: Readonly<Record<string, number>>;
  readonly oldest: string;
  readonly newest: string;
}

export interface Me {
  readonly name: string;
  readonly via: string;
  /** null: nothing at all may be done or seen. */
  readonly role: "ingest" | "viewer" | "responder" | "admin" | null;
  readonly access: "off" | "on";
  readonly silencePermissions: readonly string[] | null;
}

/** What happened, as history and the event stream tell it. */
export interface Happening {
  readonly id: string | number;
  readonly at: string;
  readonly kind: string;
  readonly change: string;
  readonly fingerprint: string | null;
  readonly labels: Labels | null;
  readonly subject: string | null;
  readonly receiver: string | null;
  readonly integration: string | null;
  readonly actor: { readonly name: string; readonly via: string } | null;
  readonly summary: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly replica: string | null;
}

export interface RouteStep {
  readonly path: readonly string[];
  readonly depth: number;
  readonly receiver: string;
  readonly matchers: readonly string[];
  readonly tried: boolean;
  readonly matched: boolean;
  readonly taken: boolean;
  readonly why: string;
  readonly continue: boolean;
}

export interface Attempt {
  readonly at: string;
  readonly durationMs: number | null;
  readonly outcome: string;
  readonly statusCode: number | null;
  readonly error: string | null;
}

export interface ExplainedIntegration {
  readonly integration: string;
  readonly index: number;
  readonly lastNotifiedAt: string | null;
  readonly firing: number;
  readonly resolved: number;
  readonly containsAlert: boolean;
  readonly nextRepeatAt: string | null;
  readonly pending: boolean;
  readonly decisions: readonly {
    readonly at: string;
    readonly outcome: string;
    readonly reason: string;
    readonly detail: string | null;
  }[];
  readonly attempts: readonly Attempt[];
}

export interface ExplainedGroup {
  readonly receiver: string;
  readonly routeId: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly flushes: number;
  readonly nextFlushAt: string | null;
  readonly alerts: number;
  readonly integrations: readonly ExplainedIntegration[];
}

/** An alert without what others say of it. */
export type PlainAlert = Omit<Alert, "classification" | "acknowledgedBy">;

export interface Explanation {
  readonly alert: PlainAlert | null;
  readonly labels: Labels;
  readonly verdict: { readonly state: string; readonly summary: string };
  readonly reasons: readonly {
    readonly reason: string;
    readonly summary: string;
    readonly receiver?: string | null;
    readonly integration?: string | null;
    readonly since?: string | null;
    readonly until?: string | null;
  }[];
  readonly routes: readonly RouteStep[];
  readonly groups: readonly ExplainedGroup[];
  readonly silences: readonly {
    readonly id: string;
    readonly matchers: string;
    readonly state: string;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly createdBy: string;
    readonly comment: string;
  }[];
  readonly inhibitedBy: readonly {
    readonly rule: {
      readonly name: string;
      readonly sourceMatchers: string;
      readonly targetMatchers: string;
      readonly equal: readonly string[];
    };
    readonly source: { readonly fingerprint: string; readonly labels: Labels };
  }[];
  readonly intervals: readonly {
    readonly name: string;
    readonly kind: "mute" | "active";
    readonly inForce: boolean;
    readonly until: string | null;
  }[];
  readonly classification: ShownClassification | null;
}

export interface Silence {
  readonly id: string;
  readonly matcherSets: readonly (readonly WireMatcher[])[];
  readonly matchers: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Labels;
  readonly status: { readonly state: "active" | "pending" | "expired" };
  readonly matching: number;
  readonly note: string | null;
  readonly scheduleId: string | null;
  readonly ackOf: string | null;
}

export interface SilencePreview {
  readonly now: { readonly count: number; readonly alerts: readonly Alert[] };
  readonly lastDay: {
    readonly count: number;
    readonly alerts: readonly {
      readonly fingerprint: string;
      readonly labels: Labels;
      readonly lastFiringAt: string;
      readonly firings: number;
    }[];
  };
  readonly receivers: readonly string[];
  readonly warnings: readonly string[];
}

export interface Occurrence {
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface WeeklyWindow {
  readonly days: readonly string[];
  readonly from: string;
  readonly duration: string;
}

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly matchers: string;
  readonly comment: string;
  readonly createdBy: string;
  readonly enabled: boolean;
  readonly timeZone: string;
  readonly weekly: readonly WeeklyWindow[] | null;
  readonly cron: { readonly expression: string; readonly duration: string } | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly next: readonly Occurrence[];
  readonly currentSilenceId: string | null;
}

export interface CalendarItem extends Occurrence {
  readonly silenceId: string | null;
  readonly scheduleId: string | null;
  readonly title: string;
  readonly matchers: string;
}

export interface Notification {
  readonly id: string;
  readonly groupKey: string;
  readonly groupLabels: Labels | null;
  readonly receiver: string;
  readonly integration: string;
  readonly index: number;
  readonly state: "pending" | "delivered" | "failed" | "unknown";
  readonly reason: string | null;
  readonly decidedAt: string | null;
  readonly lastAttempt: Attempt | null;
  readonly attempts: number;
  readonly firing: number;
  readonly resolved: number;
  readonly error: string | null;
  readonly nextFlushAt: string | null;
}

export interface ReceiverHealth {
  readonly name: string;
  readonly groups: number;
  readonly routes: number;
  readonly integrations: readonly {
    readonly name: string;
    readonly index: number;
    readonly health: "ok" | "failing" | "unknown" | "rate_limited";
    readonly sent: number;
    readonly failed: number;
    readonly errorRate: number | null;
    readonly lastSuccessAt: string | null;
    readonly lastFailureAt: string | null;
    readonly lastError: string | null;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly sendResolved: boolean;
  }[];
}

export interface Stats {
  readonly buckets: readonly {
    readonly at: string;
    readonly firing: number;
    readonly resolved: number;
    readonly notified: number;
    readonly failed: number;
  }[];
  readonly top: readonly {
    readonly key: string;
    readonly firing: number;
    readonly notified: number;
    readonly flaps: number;
  }[];
  readonly flapping: readonly {
    readonly fingerprint: string;
    readonly labels: Labels;
    readonly flaps: number;
    readonly lastAt: string;
  }[];
  readonly total: Readonly<Record<string, number>>;
}

export interface RouteNode {
  readonly id: string;
  readonly receiver: string;
  readonly matchers: readonly string[];
  readonly continue: boolean;
  readonly groupBy: readonly string[];
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly alerts: number;
  readonly groups: number;
  readonly routes: readonly RouteNode[];
}

export interface Config {
  readonly unconfirmed: { readonly revision: number; readonly until: string } | null;
  readonly original: string;
  readonly hash: string;
  readonly loadedAt: string;
  readonly plusOriginal: string | null;
  readonly revisions: number;
  readonly applyEnabled: boolean;
}

export interface Validation {
  readonly valid: boolean;
  readonly error: { readonly message: string; readonly line: number | null; readonly key: string | null } | null;
  readonly summary: Readonly<Record<string, number>> | null;
}

export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly name: string; readonly keys: readonly string[] }[];
}

export type GroupChange = "same" | "moved" | "lost" | "new" | "timers";

export interface GroupFate {
  readonly receivers: readonly string[];
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

export interface ConfigDiff {
  readonly diff: string;
  readonly changes: Readonly<Record<"routes" | "receivers" | "inhibitRules" | "intervals", Changes>>;
  readonly effect: {
    readonly groups: readonly {
      readonly groupKey: string;
      readonly groupLabels: Labels;
      readonly alerts: number;
      readonly before: GroupFate | null;
      readonly after: GroupFate | null;
      readonly change: GroupChange;
    }[];
    readonly groupCounts: Readonly<Record<GroupChange, number>>;
    readonly alerts: { readonly same: number; readonly moved: number; readonly lost: number; readonly gained: number };
    readonly lost: readonly { readonly fingerprint: string; readonly labels: Labels }[];
  };
}

export interface Revision {
  readonly revision: number;
  readonly at: string;
  readonly hash: string;
  readonly by: string;
  readonly comment: string;
  readonly isInForce: boolean;
}

export interface ClusterState {
  readonly mode: "alone" | "cluster" | "postgres";
  readonly members: readonly {
    readonly name: string;
    readonly address: string | null;
    readonly self: boolean;
    readonly configHash: string | null;
    readonly lastSeenAt: string | null;
  }[];
  readonly store: Readonly<Record<string, unknown>> | null;
  readonly redis: Readonly<Record<string, unknown>> | null;
}

export interface Heartbeat {
  readonly id: string;
  readonly name: string;
  readonly kind: "expect" | "send";
  readonly matchers: string | null;
  readonly every: string;
  readonly grace: string | null;
  readonly url: string | null;
  readonly enabled: boolean;
  readonly inFile?: boolean;
  readonly state: "ok" | "missing" | "never" | "failing";
  readonly lastAt: string | null;
  readonly nextAt: string | null;
  readonly lastError: string | null;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string | null;
  readonly createdBy: string | null;
  readonly declared: boolean;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly silenceMatchers: readonly string[] | null;
}
