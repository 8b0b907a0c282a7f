import { formatDuration, parseDuration } from "./duration.ts";
import { fromLocalInput, toLocalInput } from "./time.ts";

/** When something begins and ends. */
export interface Span {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** The same as fields of a form hold it, whose clocks know minutes only. */
export interface SpanFields {
  readonly from: string;
  readonly until: string;
  /** Such as `1h30m`. */
  readonly length: string;
}

export function fieldsOf({ startsAt, endsAt }: Span): SpanFields {
  return {
    from: toLocalInput(startsAt),
    until: toLocalInput(endsAt),
    length: formatDuration(endsAt.getTime() - startsAt.getTime()),
  };
}

/** Another beginning or another length moves the end, another end changes the length. */
export function changed(fields: SpanFields, change: Partial<SpanFields>): SpanFields {
  const next = { ...fields, ...change };
  const from = fromLocalInput(next.from);
  if (from === undefined) return next;
  if (change.until === undefined) {
    const ms = parseDuration(next.length);
    return ms === undefined ? next : { ...next, until: toLocalInput(new Date(from.getTime() + ms)) };
  }
  const until = fromLocalInput(next.until);
  return until === undefined || until <= from
    ? next
    : { ...next, length: formatDuration(until.getTime() - from.getTime()) };
}

/**
 * What the fields say: a beginning or an end that was not touched is exactly what it was, and an end that goes by the length is
 * that long after the beginning. Undefined where they say nothing.
 *
 * @param start what the fields were made of
 * @param now given for what begins as soon as it is made, unless the reader says otherwise
 */
export function spanOf(fields: SpanFields, start: Span, now?: Date): Span | undefined {
  const from = fromLocalInput(fields.from);
  const until = fromLocalInput(fields.until);
  if (from === undefined || until === undefined || until <= from) return undefined;
  const untouched = fieldsOf(start);
  const startsAt = fields.from === untouched.from ? (now ?? start.startsAt) : from;
  if (now === undefined && fields.from === untouched.from && fields.until === untouched.until) return start;
  const ms = parseDuration(fields.length);
  const goesByLength = ms !== undefined && toLocalInput(new Date(from.getTime() + ms)) === fields.until;
  return { startsAt, endsAt: goesByLength ? new Date(startsAt.getTime() + ms) : until };
}
