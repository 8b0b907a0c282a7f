import { HISTORY_KINDS, type HistoryEvent, type HistoryRow } from "../../core/interfaces/history.ts";
import { labelSetFromObject, type LabelSet } from "../../core/model/labels.ts";
import type { Actor } from "../../core/interfaces/observing.ts";

/** An event as it is stored and as it crosses to another thread: texts are JSON, kinds their place in HISTORY_KINDS. */
export interface StoredEvent {
  readonly at: number;
  readonly kind: number;
  readonly change: string;
  readonly subject: string;
  readonly receiver: string | null;
  readonly integration: string | null;
  readonly actor: string | null;
  readonly replica: string | null;
  readonly mark: number | null;
  readonly detail: string;
  /** Of the alert or the group. */
  readonly fingerprint: string | null;
  /** Of the other alerts it is about. */
  readonly about: readonly string[];
}

/** Label sets by fingerprint, as JSON. */
export type StoredSets = Record<string, string>;

/** Events with the label sets they refer to. */
export interface StoredEvents {
  readonly events: readonly StoredEvent[];
  readonly sets: StoredSets;
}

/** ms; what an ID has room for, some years more than a hundred. */
const LATEST = 2 ** 42;

/** @throws RangeError for a time that cannot be stored */
export function encodeEvents(rows: readonly HistoryRow[]): StoredEvents {
  const sets: StoredSets = {};
  const add = (labels: LabelSet): string => {
    const { fingerprint } = labels;
    sets[fingerprint] ??= labels.key;
    return fingerprint;
  };
  const events = rows.map((row): StoredEvent => {
    const at = Math.round(row.at);
    if (!(at >= 0 && at < LATEST)) throw new RangeError(`${row.at} is not a time an event can have`);
    for (const labels of row.sets ?? []) add(labels);
    return {
      at,
      kind: HISTORY_KINDS.indexOf(row.kind),
      change: JSON.stringify(row.change ?? ""),
      subject: JSON.stringify(row.subject),
      receiver: row.receiver === undefined ? null : JSON.stringify(row.receiver),
      integration: row.integration === undefined ? null : JSON.stringify(row.integration),
      actor: row.actor === undefined ? null : JSON.stringify({ name: row.actor.name, via: row.actor.via }),
      replica: row.replica === undefined ? null : JSON.stringify(row.replica),
      mark: row.mark === undefined ? null : Math.round(row.mark),
      detail: JSON.stringify(row.detail),
      fingerprint: row.labels === undefined ? null : add(row.labels),
      about: row.about ?? [],
    };
  });
  return { events, sets };
}

/** The columns of an event as the database gives them; `about` are fingerprints, comma separated. */
export type EventCells = readonly [
  at: number,
  n: number,
  kind: number,
  change: string,
  subject: string,
  receiver: string | null,
  integration: string | null,
  actor: string | null,
  replica: string | null,
  mark: number | null,
  detail: string,
  labels: string | null,
  about: string | null,
];

/** @throws Error for what cannot be understood */
export function decodeEvent(cells: EventCells): HistoryEvent {
  const [at, n, kind, change, subject, receiver, integration, actor, replica, mark, detail, labels, about] = cells;
  const name = HISTORY_KINDS[kind];
  if (name === undefined) throw new Error(`${kind} is not a kind of event this version knows`);
  const changed = JSON.parse(change) as string;
  return {
    at,
    n,
    kind: name,
    ...(changed !== "" && { change: changed }),
    subject: JSON.parse(subject) as string,
    ...(labels !== null && { labels: labelSetFromObject(JSON.parse(labels) as Record<string, string>) }),
    ...(about !== null && about !== "" && { about: about.split(",") }),
    ...(receiver !== null && { receiver: JSON.parse(receiver) as string }),
    ...(integration !== null && { integration: JSON.parse(integration) as string }),
    ...(actor !== null && { actor: JSON.parse(actor) as Actor }),
    ...(replica !== null && { replica: JSON.parse(replica) as string }),
    ...(mark !== null && { mark }),
    detail: JSON.parse(detail) as Record<string, unknown>,
  };
}
