import type { LabelSet } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Actor } from "./observing.ts";

/** What an event is about. The place in this list is what is stored: new ones come last. */
export const HISTORY_KINDS = [
  "alert",
  "verdict",
  "notification",
  "silence",
  "reload",
  "classification",
  "access",
  "config",
  "heartbeat",
] as const;

export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** One event of the history, to be kept. */
export interface HistoryRow {
  /** ms */
  readonly at: number;
  readonly kind: HistoryKind;
  /** What happened to it, such as `firing`; "" in what earlier versions wrote. */
  readonly change?: string;
  /** What it is about: an alert's fingerprint, the notification log key, the silence's ID, the configuration's hash. */
  readonly subject: string;
  /** Of the alert, or of the group of a notification. */
  readonly labels?: LabelSet;
  /** Fingerprints of further alerts it is found by. */
  readonly about?: readonly string[];
  /** Label sets of those, where they are at hand. */
  readonly sets?: readonly LabelSet[];
  readonly receiver?: string;
  /** `TYPE[INDEX]` */
  readonly integration?: string;
  readonly actor?: Actor;
  /** The server it happened on, where several share the history. */
  readonly replica?: string;
  /** Where servers may come to know of the same by themselves, what makes it the same: kept once within ten minutes. */
  readonly mark?: number;
  /** JSON-serialisable details; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where an event stands among all: by time, and among those of one ms by when it was kept. */
export interface HistoryPosition {
  /** ms */
  readonly at: number;
  readonly n: number;
}

/** An event as it was kept. */
export interface HistoryEvent extends HistoryRow {
  readonly n: number;
}

/** Which events count. */
export interface HistoryFilter {
  /** ms; the first that counts. */
  readonly from: number;
  /** ms; the first that does not. */
  readonly to: number;
  /** All must match the labels of the event, or of one of the alerts it is about; [] for any event. */
  readonly matchers: readonly Matcher[];
}

/** What to look for. */
export interface HistoryQuery extends HistoryFilter {
  /** [] for all. */
  readonly kinds: readonly HistoryKind[];
  /** Of an alert. */
  readonly fingerprint?: string;
  /** The silence, the configuration, …, as it was kept. */
  readonly subject?: string;
  readonly receiver?: string;
  readonly actor?: string;
  /** Somewhere in what it says, whatever the case. */
  readonly text?: string;
  readonly ascending: boolean;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: HistoryPosition;
}

export interface HistoryResult {
  readonly events: readonly HistoryEvent[];
  /** Where to go on; undefined at the end. A page may have fewer events than asked for, even none, and still not be the last. */
  readonly next: HistoryPosition | undefined;
}

/** What to count by: a label's values, or receivers. */
export type HistoryKey = { readonly label: string } | "receiver";

export interface HistoryStatsQuery extends HistoryFilter {
  readonly by: HistoryKey;
  /** ms between two buckets. */
  readonly step: number;
  /** How many of the top, and of those that flap. */
  readonly top: number;
}

export interface HistoryCounts {
  readonly firing: number;
  readonly resolved: number;
  /** Notifications delivered. */
  readonly notified: number;
  /** Notifications that failed or were refused in the end. */
  readonly failed: number;
}

export interface HistoryStats {
  /** One for each step in which there was anything, by time. */
  readonly buckets: readonly (HistoryCounts & { readonly at: number })[];
  readonly top: readonly {
    readonly key: string;
    readonly firing: number;
    readonly notified: number;
    readonly flaps: number;
  }[];
  /** Alerts that came back, most often first. */
  readonly flapping: readonly { readonly labels: LabelSet; readonly flaps: number; readonly lastAt: number }[];
  readonly total: HistoryCounts & { readonly alerts: number; readonly flaps: number };
}

/** A stretch of history in order of time. */
export interface HistoryPage {
  readonly rows: readonly HistoryEvent[];
  /** Where the next stretch begins; undefined when this was the last. */
  readonly next: HistoryPosition | undefined;
}

/** History that can be read again. Nothing that is asked here holds up what is stored. */
export interface HistoryReader {
  /**
   * Reads all of it bit by bit, so that it takes little memory however much there is.
   *
   * @param from `next` of the stretch before; undefined for the beginning
   */
  readHistory(from?: HistoryPosition): Promise<HistoryPage>;
  /** @throws StorageError */
  searchHistory(query: HistoryQuery): Promise<HistoryResult>;
  /** @throws StorageError */
  historyStats(query: HistoryStatsQuery): Promise<HistoryStats>;
}
