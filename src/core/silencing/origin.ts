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

/** What is known of an acknowledgement beside its silence. */
export interface AcknowledgementOrigin {
  /** Of the alert. */
  readonly fingerprint: string;
  /** ms; it is not extended beyond. */
  readonly until: number;
}

/** Which alert a silence is the acknowledgement of; undefined for none. */
export function acknowledgementOf({ annotations }: Silence): AcknowledgementOrigin | undefined {
  const match = /^([0-9a-f]{16}) until (\S+)$/.exec(own(annotations, ACKNOWLEDGES_ANNOTATION));
  const until = match === null ? NaN : Date.parse(match[2] as string);
  return match === null || Number.isNaN(until) ? undefined : { fingerprint: match[1] as string, until };
}

export function acknowledgementAnnotation({ fingerprint, until }: AcknowledgementOrigin): string {
  return `${fingerprint} until ${new Date(until).toISOString()}`;
}

function own(annotations: Silence["annotations"], name: string): string {
  return Object.hasOwn(annotations, name) ? (annotations[name] as string) : "";
}
