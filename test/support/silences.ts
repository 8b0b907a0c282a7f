import type { PostableSilence } from "./api.ts";
import { fromNow } from "./time.ts";

/** A silence of alerts whose label `name` is `value`, from now on, for ten minutes unless told otherwise. */
export function silenceOf(name: string, value: string, more: Partial<PostableSilence> = {}): PostableSilence {
  return {
    matchers: [{ name, value, isRegex: false, isEqual: true }],
    startsAt: fromNow(0),
    endsAt: fromNow(600_000),
    createdBy: "tester",
    comment: "maintenance",
    ...more,
  };
}
