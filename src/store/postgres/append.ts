import { SAME_WITHIN } from "../../core/history/select.ts";
import type { StoredEvents } from "../history/encode.ts";
import { Script } from "./script.ts";
import { numbers, text, texts } from "./sql.ts";

/** Waits for our turn to write history. */
export const LOCK_HISTORY = "SELECT 1 FROM history_state FOR UPDATE";

/** Stores events, but for those that another server has told of. */
export class AppendScript extends Script {
  constructor(parts: readonly StoredEvents[]) {
    super();
    const events = parts.flatMap((part) => part.events);
    const sets = new Map(parts.flatMap((part) => Object.entries(part.sets)));
    this.query(LOCK_HISTORY, () => undefined);
    if (sets.size > 0) this.#addSets(sets);
    const optional = (values: readonly (string | null)[]) => texts(values.map((value) => value ?? ""));
    const columns = [
      numbers(events.map(({ at }) => at)),
      numbers(events.map(({ kind }) => kind)),
      texts(events.map(({ change }) => change)),
      texts(events.map(({ subject }) => subject)),
      optional(events.map(({ fingerprint }) => fingerprint)),
      texts(events.map(({ about }) => about.join(","))),
      optional(events.map(({ receiver }) => receiver)),
      optional(events.map(({ integration }) => integration)),
      optional(events.map(({ actor }) => actor)),
      optional(events.map(({ replica }) => replica)),
      numbers(events.map(({ mark }) => mark ?? undefined)),
      texts(events.map(({ detail }) => detail)),
    ];
    this.add(
      `WITH input AS (
         SELECT i.*, s.id AS set_id,
           CASE WHEN i.about <> '' THEN ARRAY(SELECT a.id FROM unnest(string_to_array(i.about, ',')) WITH ORDINALITY AS f (fingerprint, place)
             JOIN history_sets a ON a.fingerprint = f.fingerprint ORDER BY f.place) END AS sets
         FROM unnest(${columns.join(", ")}) WITH ORDINALITY
           AS i (at, kind, change, subject, fingerprint, about, receiver, integration, actor, replica, mark, detail, n)
         LEFT JOIN history_sets s ON s.fingerprint = i.fingerprint AND i.fingerprint <> ''
         ORDER BY i.n
       ), kept AS (
         SELECT (i.at << 20) + nextval('history_numbers') AS id, i.*,
           (48 + octet_length(i.subject) + octet_length(i.detail) + octet_length(i.receiver)
             + 32 * (1 + coalesce(cardinality(i.sets), 0)))::integer AS bytes
         FROM input i WHERE i.mark IS NULL OR NOT EXISTS (
           SELECT 1 FROM history_links l JOIN history_events e ON e.id = l.event_id
           WHERE l.set_id = i.set_id AND l.event_id >= ((i.at - ${SAME_WITHIN}) << 20) AND l.event_id <= ((i.at + ${SAME_WITHIN} + 1) << 20)
             AND e.kind = i.kind AND e.change = i.change AND e.mark = i.mark)
       ), stored AS (
         INSERT INTO history_events (id, kind, change, subject, set_id, sets, receiver, integration, actor, replica, mark, bytes, detail)
         SELECT id, kind, change, subject, set_id, sets, nullif(receiver, ''), nullif(integration, ''), nullif(actor, ''),
           nullif(replica, ''), mark, bytes, detail FROM kept
         RETURNING id, set_id, sets, bytes
       ), linked AS (
         INSERT INTO history_links
         SELECT set_id, id FROM stored WHERE set_id IS NOT NULL UNION SELECT unnest(sets), id FROM stored
       )
       UPDATE history_state SET bytes = history_state.bytes + (SELECT coalesce(sum(bytes), 0) FROM stored)`,
    );
  }

  /** Their names and values first, of those that are new. */
  #addSets(sets: ReadonlyMap<string, string>): void {
    const pairs = [...sets].flatMap(([fingerprint, labels]) =>
      Object.entries(JSON.parse(labels) as Record<string, string>).map(([name, value]) => {
        return { fingerprint, name: JSON.stringify(name), value: JSON.stringify(value) };
      }),
    );
    const pairColumns = [
      texts(pairs.map(({ fingerprint }) => fingerprint)),
      texts(pairs.map(({ name }) => name)),
      texts(pairs.map(({ value }) => value)),
    ];
    const input = `unnest(${pairColumns.join(", ")}) AS i (fingerprint, name, value)`;
    const hash = "md5(i.name || i.value)";
    this.add(
      `INSERT INTO history_pairs (name, value, hash) SELECT DISTINCT i.name, i.value, ${hash} FROM ${input}
       WHERE NOT EXISTS (SELECT 1 FROM history_sets s WHERE s.fingerprint = i.fingerprint)
         AND NOT EXISTS (SELECT 1 FROM history_pairs p WHERE p.hash = ${hash})
       ON CONFLICT (hash) DO NOTHING`,
    );
    this.add(
      `WITH new AS (
         INSERT INTO history_sets (fingerprint, labels)
         SELECT i.fingerprint, i.labels FROM unnest(${texts([...sets.keys()])}, ${texts([...sets.values()])}) AS i (fingerprint, labels)
         WHERE NOT EXISTS (SELECT 1 FROM history_sets s WHERE s.fingerprint = i.fingerprint)
         RETURNING id, fingerprint
       )
       INSERT INTO history_set_pairs SELECT DISTINCT p.id, new.id FROM new
       JOIN ${input} ON i.fingerprint = new.fingerprint JOIN history_pairs p ON p.hash = ${hash}`,
    );
  }
}

/** Events that versions before keep in a table of their own are taken over, some at a time. */
export class TakeOverScript extends Script {
  constructor(kinds: readonly string[]) {
    super();
    this.query(LOCK_HISTORY, () => undefined);
    this.add(
      `WITH old AS (
         DELETE FROM history WHERE position IN (SELECT position FROM history ORDER BY position LIMIT 5000) RETURNING *
       ), stored AS (
         INSERT INTO history_events (id, kind, change, subject, bytes, detail)
         SELECT (greatest(at, 0) << 20) + nextval('history_numbers'), coalesce(array_position(ARRAY[${kinds.map(text).join(",")}], kind), 1) - 1,
           '""', subject, octet_length(subject) + octet_length(detail) + 80, detail FROM (SELECT * FROM old ORDER BY position) AS o
         RETURNING bytes
       )
       UPDATE history_state SET bytes = history_state.bytes + (SELECT coalesce(sum(bytes), 0) FROM stored)`,
    );
  }
}
