import { labelSet, type LabelSet } from "../model/labels.ts";
import type { Silence } from "../model/silence.ts";

/** Annotations of silences the server makes, by which it knows them again; whoever drops one makes the silence their own. */
export const SCHEDULE_ANNOTATION = "alertmanager_plus_schedule";
export const ACKNOWLEDGES_ANNOTATION = "alertmanager_plus_acknowledges";

/** The schedule a silence is an occurrence of: its ID, and which version of it. */
export interface ScheduleOrigin {
  readonly id: string;
  readonly version: number;
}

/** Which schedule made a silence; undefined for none. */
export function scheduleOf({ annotations }: Silence): ScheduleOrigin | undefined {
  const match = /^(.+)\/(\d+)$/.exec(own(annotations, SCHEDULE_ANNOTATION));
  return match === null ? undefined : { id: match[1] as string, version: Number(match[2]) };
}

export function scheduleAnnotation({ id, version }: ScheduleOrigin): string {
  return `${id}/${version}`;
}

/** The fingerprint of the alert a silence is the acknowledgement of; undefined for none. */
export function acknowledgementOf({ annotations }: Silence): string | undefined {
  const fingerprint = own(annotations, ACKNOWLEDGES_ANNOTATION);
  return /^[0-9a-f]{16}$/.test(fingerprint) ? fingerprint : undefined;
}

/** The labels of the alert an acknowledgement is of. */
export function acknowledgedLabels({ matcherSets }: Silence): LabelSet {
  return labelSet((matcherSets[0] ?? []).map(({ name, value }) => [name, value] as const));
}

/** ms; the end of an alert is told with the next flush of its groups, which may be so far. */
const UNTIL_TOLD = 3_600_000;

/**
 * The log's hashes of alerts that are acknowledged, or were until just now: what was told of them is to be remembered for
 * as long, or nobody would be told of their end.
 */
export function acknowledgedHashes(silences: Iterable<Silence>, now: number): ReadonlySet<string> {
  const hashes = new Set<string>();
  for (const silence of silences) {
    if (silence.endsAt.ms + UNTIL_TOLD <= now || acknowledgementOf(silence) === undefined) continue;
    hashes.add(acknowledgedLabels(silence).logHash);
  }
  return hashes;
}

function own(annotations: Silence["annotations"], name: string): string {
  return Object.hasOwn(annotations, name) ? (annotations[name] as string) : "";
}
