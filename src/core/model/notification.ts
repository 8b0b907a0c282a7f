import type { Enrichment } from "../interfaces/classification.ts";
import type { Alert } from "./alert.ts";
import type { LabelSet } from "./labels.ts";

/** Why a notification goes out, in upstream's words (spec §6.6). */
export type NotificationReason =
  | "first notification"
  | "new alerts added"
  | "all alerts resolved"
  | "some alerts resolved"
  | "repeat interval elapsed"
  | "none"
  | "unknown";

/** The `reason` label of failed notifications (spec §6.9). */
export type FailureReason =
  "other" | "clientError" | "serverError" | "contextCanceled" | "contextDeadlineExceeded" | "authError" | "rateLimited";

export const FAILURE_REASONS: readonly FailureReason[] = [
  "other",
  "clientError",
  "serverError",
  "contextCanceled",
  "contextDeadlineExceeded",
  "authError",
  "rateLimited",
];

/** Small facts a receiver wants back with its next notification of the same log entry, such as a Slack thread. */
export type ReceiverData = Readonly<Record<string, string | number>>;

/** One alert as a notification carries it: a firing one has its end zeroed (spec §6.3). */
export interface NotifiedAlert extends Alert {
  readonly status: "firing" | "resolved";
}

/** Everything one integration is given for one flush of one group. */
export interface Notification {
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly routeLabels: LabelSet;
  /** The receiver's plain name; templates see it regexp-quoted (spec §9.2). */
  readonly receiver: string;
  /** In upstream's order (spec §6.4), after `send_resolved` took the resolved ones out where it is off. */
  readonly alerts: readonly NotifiedAlert[];
  readonly reason: NotificationReason;
  /** The tick this flush belongs to, ms. */
  readonly now: number;
  readonly repeatInterval: number;
  readonly receiverData: ReceiverData;
  /** The same for every attempt at the same decision. */
  readonly idempotencyKey: string;
  /** What is shown of how its alerts are classified; without it nothing is, and the notification is as upstream's. */
  readonly enrichment?: Enrichment;
}
