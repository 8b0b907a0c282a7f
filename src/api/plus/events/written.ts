import type { HealthHappening, Streamed } from "../../../events/streamed.ts";
import { rowOf } from "../../../history/rows.ts";
import { shownEvent } from "../history/event.ts";

/** An event as the history shows it, under what it is called in a stream. */
export function writtenEvent(event: Streamed, id: string): string {
  // It has no place in the history yet.
  const shown = event.kind === "health" ? shownHealth(event) : shownEvent({ ...rowOf(event), n: 0 });
  return JSON.stringify({ ...shown, id });
}

function shownHealth({ at, kind, change, reason }: HealthHappening) {
  const why = reason === undefined ? "" : `: ${reason}`;
  return {
    at: new Date(at).toISOString(),
    kind,
    change,
    fingerprint: null,
    labels: null,
    subject: null,
    receiver: null,
    integration: null,
    actor: null,
    summary: change === "ok" ? "The server is well again" : `The server is degraded${why}`,
    detail: { reason: reason ?? null },
    replica: null,
  };
}
