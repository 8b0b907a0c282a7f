import { goQuote } from "../model/goquote.ts";
import type { PostableAlert } from "../model/postable.ts";
import type { Timestamp } from "../model/timestamp.ts";

/**
 * Why an alert is refused, in upstream's words and order (spec §3.1), or undefined when it is valid.
 *
 * @param known which parts were accepted before and need not be looked at again
 */
export function invalidAlert(
  posted: PostableAlert,
  startsAt: Timestamp,
  endsAt: Timestamp,
  known: { readonly labels: boolean; readonly annotations: boolean },
  isLabelName: (name: string) => boolean,
): string | undefined {
  if (startsAt.isZero) return "start time missing";
  if (endsAt.compare(startsAt) < 0) return "start time must be before end time";
  if (!known.labels) {
    const wrong = invalidLabels(posted.labels, isLabelName);
    if (wrong !== undefined) return wrong === "" ? "at least one label pair required" : `invalid label set: ${wrong}`;
  }
  if (known.annotations) return undefined;
  const wrong = invalidLabels(posted.annotations, isLabelName, true);
  return wrong === undefined || wrong === "" ? undefined : `invalid annotations: ${wrong}`;
}

/** What is wrong with the first bad pair; "" when there is no pair at all. */
function invalidLabels(
  labels: Readonly<Record<string, string>>,
  isLabelName: (name: string) => boolean,
  keepsEmpty = false,
): string | undefined {
  let any = false;
  for (const name in labels) {
    const value = labels[name] as string;
    if (value === "" && !keepsEmpty) continue;
    any = true;
    if (!isLabelName(name)) return `invalid name ${goQuote(name)}`;
    if (!value.isWellFormed()) return `invalid value ${goQuote(value)}`;
  }
  return any ? undefined : "";
}
