import type { Metrics } from "../metrics/index.ts";
import type { ReceiverView, StatusView } from "../core/interfaces/backend.ts";
import type { InhibitRule } from "../core/inhibition/inhibitor.ts";
import type { PublisherRegistry } from "../core/interfaces/publishing.ts";
import type { Peers } from "../core/interfaces/replication.ts";
import type { Storage } from "../core/interfaces/storage.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import type { Silence } from "../core/model/silence.ts";
import type { RouteSpec } from "../core/routing/route.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { AlertEnricher, ClassReceivers } from "../core/interfaces/classification.ts";
import type { Clock } from "./clock.ts";
import type { Group } from "./group.ts";
import type { TimeIntervals } from "./mute.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { Send } from "./send.ts";
import type { Steps } from "./steps.ts";
import type { SharingOptions } from "./sharing/sharing.ts";

/** What the engine takes from one loaded configuration. */
export interface EngineConfig {
  /** Changes with the file's content: group timers are kept only under the same one. */
  readonly hash: string;
  /** ms */
  readonly resolveTimeout: number;
  readonly route: RouteSpec;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: TimeIntervals;
  /** In the file's order, unused ones included. */
  readonly receivers: readonly ReceiverView[];
  readonly publishers: PublisherRegistry;
  /** The receiver that is told what another one refused for good; undefined for none. */
  readonly fallback: string | undefined;
  readonly rateLimits: ReadonlyMap<string, RateLimit>;
  /** Shows classifications in notifications; undefined: none are shown. */
  readonly enricher?: AlertEnricher;
  /** Receivers told of alerts of a class beside those routes lead to; undefined for none. */
  readonly classReceivers?: ClassReceivers;
  readonly renderRouteLabels: (group: Group, alerts: readonly NotifiedAlert[]) => LabelSet;
  /** Printed back with secrets hidden; asked for when somebody looks. */
  readonly original: () => string;
}

/** All durations in ms. */
export interface EngineOptions {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly send: Send;
  readonly isLabelName: (name: string) => boolean;
  readonly sizeOfSilence: (silence: Silence) => number;
  readonly retention: number;
  readonly maintenanceInterval: number;
  readonly alertGCInterval: number;
  readonly dispatchMaintenanceInterval: number;
  /** On the clock's forward-only time: no group runs before. */
  readonly runFrom: number;
  readonly perAlertNameLimit: number;
  readonly maxSilences: number;
  readonly maxSilenceSize: number;
  readonly logSilences: boolean;
  readonly groupKeyInMetrics: boolean;
  /** Writes down each step of an alert's way; undefined unless it is asked for. */
  readonly steps?: Steps | undefined;
  readonly cluster: () => StatusView["cluster"];
  /** A database shared with other servers; undefined for a server that has its store for itself. */
  readonly sharing?: SharingOptions;
  /** Servers that share silences and the notification log; undefined for a server that is alone. */
  readonly peers?: Peers;
}
