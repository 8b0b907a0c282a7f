import type { Actor } from "./observing.ts";
import type { Alert } from "../model/alert.ts";
import type { LabelSet } from "../model/labels.ts";
import type { PostableAlert, PostableSilence } from "../model/postable.ts";
import type { Silence } from "../model/silence.ts";

/** What mutes an alert at the moment asked. */
export interface Muting {
  /** Fingerprints, at most one (spec §8). */
  readonly inhibitedBy: readonly string[];
  /** IDs of active silences. */
  readonly silencedBy: readonly string[];
}

/** A live aggregation group. */
export interface GroupView {
  readonly receiver: string;
  readonly labels: LabelSet;
  /** Rendered against the group's alerts (spec §9.5). */
  readonly routeLabels: LabelSet;
  /** In upstream's order (spec §6.4); resolved ones included. */
  readonly alerts: readonly Alert[];
  /** The same until an alert comes or goes. */
  readonly order: object;
  /** Names of the time intervals that mute it, [] when none does. */
  readonly mutedBy: readonly string[];
}

export interface ReceiverView {
  readonly name: string;
  /** Always with `name`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface StatusView {
  readonly cluster: {
    readonly status: "disabled" | "settling" | "ready";
    readonly name?: string;
    readonly peers: readonly { readonly address: string; readonly name: string }[];
  };
  /** The parsed configuration printed back, secrets hidden (spec §4.9). */
  readonly configOriginal: string;
  /** ms */
  readonly startedAt: number;
}

/** How ingesting a request ended. */
export interface IngestResult {
  /** One message for each invalid alert, in order (spec §3.1); the valid ones are in nevertheless. */
  readonly invalid: readonly string[];
  /** Set when the valid ones could not be stored: in memory and notified, but the answer is 500. */
  readonly storeError?: string;
}

export type SilenceResult =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly kind: "invalid" | "not found" | "not stored"; readonly message: string };

/** What the API needs of the rest of the server. Reads are from memory; all times are ms of one clock. */
export interface Backend {
  now(): number;
  status(): StatusView;
  /** Configured receivers in the file's order. */
  receivers(): readonly ReceiverView[];
  /** Every stored alert, resolved ones included, by fingerprint. Not to be kept: it changes with what is stored. */
  alerts(): readonly Alert[];
  /** The receivers of all routes an alert matches, in routing order, repeats kept (spec §2.6); one list for all alerts that go the same way. */
  receiversOf(labels: LabelSet): readonly string[];
  /** By canonical identity of the label set; worked out afresh (or from a cache that is as good). */
  muting(labels: LabelSet, now: number): Muting;
  /** Stays the same as long as what nothing mutes is still muted by nothing, and every alert has the same receivers. */
  mutingVersion(now: number): number;
  /** Waits until the stored alerts are in their groups. */
  groups(): Promise<readonly GroupView[]>;
  ingest(alerts: readonly PostableAlert[]): Promise<IngestResult>;
  silences(): Iterable<Silence>;
  silence(id: string): Silence | undefined;
  /** @param actor who asked for it; whom the silence names unless told */
  setSilence(silence: PostableSilence, actor?: Actor): Promise<SilenceResult>;
  expireSilence(id: string, actor?: Actor): Promise<SilenceResult>;
  /** Takes in what other servers that share our state have stored by now. */
  catchUp(): Promise<void>;
}
