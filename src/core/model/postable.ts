import type { Matcher } from "./matcher.ts";
import type { Timestamp } from "./timestamp.ts";

/** An alert as posted, its shape checked and nothing filled in. An unset time is undefined (spec §2.3: absent, null or year 1). */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Timestamp | undefined;
  readonly endsAt: Timestamp | undefined;
  readonly generatorURL: string;
}

/** A silence as posted, its shape checked. `id` is "" for a new one. */
export interface PostableSilence {
  readonly id: string;
  readonly matchers: readonly PostableMatcher[];
  readonly startsAt: Timestamp;
  readonly endsAt: Timestamp;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Not yet compiled: a bad regular expression is reported by the silence's validation (spec §7.2). */
export type PostableMatcher = Pick<Matcher, "type" | "name" | "value">;
