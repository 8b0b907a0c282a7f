import type { Happening } from "../core/interfaces/observing.ts";

/** How the server's own health changed. */
export interface HealthHappening {
  readonly kind: "health";
  readonly change: "ok" | "degraded";
  /** ms */
  readonly at: number;
  readonly reason: string | undefined;
}

/** What a stream of events tells of. */
export type Streamed = Happening | HealthHappening;

/** Writes an event as JSON. @param id what it is called in the stream */
export type WriteEvent = (event: Streamed, id: string) => string;
