import type { PublisherTarget } from "../core/interfaces/publishing.ts";
import type { Notification, ReceiverData } from "../core/model/notification.ts";

/** How sending one notification, with all its attempts, ended. */
export type SendOutcome =
  | { readonly kind: "sent"; readonly receiverData: ReceiverData | undefined }
  /** Refused for good (`refused`), or not accepted by the deadline. */
  | { readonly kind: "failed"; readonly error: string; readonly refused: boolean }
  /** Cut off while it was under way, by the deadline, a reload, the end of the server or the loss of the permit: it may have arrived. */
  | { readonly kind: "unknown"; readonly error: string };

/** The right to send, where several servers share the work: it can run out and be lost. */
export interface Permit {
  /** Asked before every attempt; false when another server has taken over, so that nothing may be sent. */
  begin(attempt: number): Promise<boolean>;
  /** Asked right before the first byte is written, without waiting. */
  valid(): boolean;
  /** Ends with the permit. */
  readonly lost: AbortSignal;
}

/** One attempt of a notification. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** ms */
  readonly duration: number;
  /** Undefined: the receiver took it. */
  readonly error: string | undefined;
  /** Whether another one may follow. */
  readonly retry: boolean;
}

export interface SendLimits {
  /** On the clock's forward-only time, ms. */
  readonly deadline: number;
  readonly stopping: AbortSignal;
  /** Undefined where nobody else could send the same. */
  readonly permit?: Permit;
  /** Told of each attempt when it has ended. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Sends with retries until the deadline (spec §6.7). */
export type Send = (target: PublisherTarget, notification: Notification, limits: SendLimits) => Promise<SendOutcome>;
