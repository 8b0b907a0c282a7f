import type { Matcher } from "./matcher.ts";
import type { Timestamp } from "./timestamp.ts";

/** A silence as stored. Never changed in place. Times are UTC. */
export interface Silence {
  readonly id: string;
  /** OR of ANDs; the API reads and writes exactly one set (spec §7.1). */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly startsAt: Timestamp;
  readonly endsAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type SilenceState = "pending" | "active" | "expired";
