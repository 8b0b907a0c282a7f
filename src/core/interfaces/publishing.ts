import type { FailureReason, Notification, NotifiedAlert, ReceiverData } from "../model/notification.ts";

/** How one attempt ended. `retry` says whether the same request may succeed later (spec §10.1). */
export type PublishResult =
  | { readonly ok: true; readonly receiverData?: ReceiverData }
  | {
      readonly ok: false;
      readonly retry: boolean;
      /** Upstream's text; never holds a secret or a secret URL. */
      readonly error: string;
      readonly reason: FailureReason;
      /** From a Retry-After header: the next attempt waits at least this long, ms. */
      readonly retryAfter?: number;
    };

/** One integration of one receiver: sends a notification once. Retrying is the caller's (spec §6.7). */
export interface AlertPublisher {
  /** Upstream's integration name: `webhook`, `email`, `pagerduty`, … */
  readonly type: string;
  /**
   * Never throws for what a receiver or the network does; a thrown error counts as not retryable.
   * @param signal ends when the flush's deadline passes or the server stops or reloads
   */
  publish(notification: Notification, signal: AbortSignal): Promise<PublishResult>;
  /** Lets go of connections when a reload replaces the receiver. */
  close?(): void;
}

/** Which alerts of a group an integration is told of. Whoever was told of an alert is told of its end all the same. */
export interface PublisherFilter {
  /** By what is known of the alert now; takes no longer than a look. */
  wants(alert: NotifiedAlert): boolean;
}

/** A publisher with its place in the configuration: the identity the notification log keeps (spec §4.5). */
export interface PublisherTarget {
  readonly receiver: string;
  readonly type: string;
  /** Position among the receiver's configurations of this type. */
  readonly index: number;
  readonly sendResolved: boolean;
  readonly publisher: AlertPublisher;
  /** Undefined: it is told of all alerts. */
  readonly filter?: PublisherFilter;
}

/** The receivers of one loaded configuration: all integrations of each receiver that a route refers to. */
export interface PublisherRegistry {
  targets(receiver: string): readonly PublisherTarget[];
  close(): void;
}
