import type { Alert } from "../model/alert.ts";
import type { Classification } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";
import type { NotificationReason } from "../model/notification.ts";
import type { Silence } from "../model/silence.ts";

/** Who did something. */
export interface Actor {
  readonly name: string;
  /** How they came in: `api`, `token`, `certificate`, `schedule`, … */
  readonly via: string;
}

interface Happened {
  /** ms */
  readonly at: number;
  /** `elsewhere`: another server that shares our state did it, and keeps it in the history where they share one. */
  readonly origin: "here" | "elsewhere";
}

/** An alert began, ended, or came with other annotations or another generator URL. */
export interface AlertHappening extends Happened {
  readonly kind: "alert";
  readonly change: "firing" | "resolved" | "updated";
  readonly alert: Alert;
}

/** A flush found that an alert is muted by something else than before, or by nothing any more. */
export interface VerdictHappening extends Happened {
  readonly kind: "verdict";
  readonly change: "active" | "silenced" | "inhibited" | "muted";
  readonly labels: LabelSet;
  readonly groupKey: string;
  readonly receiver: string;
  /** IDs of silences, fingerprints of inhibiting alerts, names of time intervals; [] for `active`. */
  readonly by: readonly string[];
}

/** Why nothing is sent to an integration, or to a whole receiver, at a flush. */
export type SkipReason = "deduplicated" | "filtered" | "silenced" | "inhibited" | "muted";

/** An attempt to notify ended, or it was decided not to make one. */
export interface NotificationHappening extends Happened {
  readonly kind: "notification";
  /**
   * `failed`: this attempt, or with `isFinal` the whole notification; `refused`: for good; `unknown`: cut off, it may have
   * arrived; `rate_limited` and `skipped`: nothing was sent.
   */
  readonly change: "delivered" | "failed" | "refused" | "unknown" | "rate_limited" | "skipped";
  /** `GROUPKEY:RECEIVER/INTEGRATION/INDEX`; without the end where it is about the receiver as a whole. */
  readonly key: string;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly routeId: string;
  readonly receiver: string;
  /** Undefined: the receiver as a whole. */
  readonly integration: string | undefined;
  readonly index: number | undefined;
  /** Why it goes out; for `skipped` why it does not. */
  readonly reason: NotificationReason | SkipReason;
  /** Fingerprints of the alerts it is about. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** Labels of those, in the same order; [] where another server told of it. */
  readonly alerts: readonly LabelSet[];
  /** Which attempt at this decision, from 1; 0 where none was made. */
  readonly attempt: number;
  /** False for an attempt after which another one follows. */
  readonly isFinal: boolean;
  /** ms the attempt took, or for `rate_limited` has to wait; undefined where there was none. */
  readonly duration: number | undefined;
  /** Never holds a secret. */
  readonly error: string | undefined;
}

/** A silence changed. One that begins or ends by its own times does not. */
export interface SilenceHappening extends Happened {
  readonly kind: "silence";
  readonly change: "created" | "updated" | "expired" | "deleted";
  readonly before: Silence | undefined;
  readonly after: Silence | undefined;
  readonly actor: Actor | undefined;
}

/** The configuration was loaded, or could not be. */
export interface ReloadHappening extends Happened {
  readonly kind: "reload";
  readonly change: "succeeded" | "failed";
  /** Of the configuration in force from now on. */
  readonly hash: string;
  /** Of the one before; undefined at the start. */
  readonly before: string | undefined;
  /** Unified, secrets hidden; "" where nothing that is shown differs. */
  readonly diff: string;
  readonly error: string | undefined;
}

/** What an alert is taken for changed: by a classifier (`changed`), by a person, or a person took theirs back. */
export interface ClassificationHappening extends Happened {
  readonly kind: "classification";
  readonly change: "changed" | "corrected" | "withdrawn";
  readonly before: Classification | undefined;
  readonly after: Classification;
}

/** Anything else worth remembering: who logged in or changed access, an applied configuration, a heartbeat. */
export interface OtherHappening extends Happened {
  readonly kind: "access" | "config" | "heartbeat";
  /** What happened, such as `login`, `token_created`, `applied`, `rolled_back`, `missed`, `back`. */
  readonly change: string;
  /** What it is about: a name or an ID. */
  readonly subject: string;
  readonly actor: Actor | undefined;
  /** JSON-serialisable; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Something that happened, as soon as it is known. Nothing in it is changed afterwards. */
export type Happening =
  | AlertHappening
  | VerdictHappening
  | NotificationHappening
  | SilenceHappening
  | ReloadHappening
  | ClassificationHappening
  | OtherHappening;

/** Is told what happens, in the midst of its happening: it returns at once and never throws. */
export interface Observer {
  happened(happening: Happening): void;
}
