import { HISTORY_KINDS, type HistoryEvent, type HistoryRow } from "../../core/interfaces/history.ts";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Actor } from "../../core/interfaces/observing.ts";

/** An event as it is stored: texts are JSON, kinds their place in HISTORY_KINDS. */
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

/** Events as they cross to another thread: label sets stand apart, once each. */
export interface CrossingEvents {
  readonly events: readonly CrossingEvent[];
  readonly sets: StoredSets;
}

/** As JSON writes it down, nothing for what is undefined. */
type CrossingEvent = Omit<HistoryRow, "labels" | "sets" | Optional> & {
  readonly [K in Optional]?: HistoryRow[K] | undefined;
} & { readonly fingerprint?: string | undefined };

type Optional = "change" | "about" | "receiver" | "integration" | "actor" | "replica" | "mark";

/** @throws RangeError for a time that cannot be stored */
export function crossing(rows: readonly HistoryRow[]): CrossingEvents {
  const sets: StoredSets = {};
  const events: CrossingEvent[] = [];
  for (const row of rows) {
    const { kind, change, subject, labels, about, receiver, integration, actor, replica, mark, detail } = row;
    const at = Math.round(row.at);
    if (!(at >= 0 && at < LATEST)) throw new RangeError(`${row.at} is not a time an event can have`);
    for (const one of row.sets ?? []) sets[one.fingerprint] ??= one.key;
    if (labels !== undefined) sets[labels.fingerprint] ??= labels.key;
    const fingerprint = labels?.fingerprint;
    events.push({ at, kind, change, subject, fingerprint, about, receiver, integration, actor, replica, mark, detail });
  }
  return { events, sets };
}

export function encodeEvents({ events, sets }: CrossingEvents): StoredEvents {
  const encoded = events.map((event): StoredEvent => ({
    at: event.at,
    kind: HISTORY_KINDS.indexOf(event.kind),
    change: JSON.stringify(event.change ?? ""),
    subject: JSON.stringify(event.subject),
    receiver: event.receiver === undefined ? null : JSON.stringify(event.receiver),
    integration: event.integration === undefined ? null : JSON.stringify(event.integration),
    actor: event.actor === undefined ? null : JSON.stringify({ name: event.actor.name, via: event.actor.via }),
    replica: event.replica === undefined ? null : JSON.stringify(event.replica),
    mark: event.mark === undefined ? null : Math.round(event.mark),
    detail: JSON.stringify(event.detail),
    fingerprint: event.fingerprint ?? null,
    about: event.about ?? [],
  }));
  return { events: encoded, sets };
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
