/** Both ends belong to the range. Weekdays count from 0 = Sunday, months from 1; negative days count from the month's end. */
export interface InclusiveRange {
  readonly begin: number;
  readonly end: number;
}

/** Minutes since midnight, the end not included: 0 to 1440. */
export interface TimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** A spell of recurring time (spec §4.8). What is undefined matches always; an empty list never does. */
export interface TimeInterval {
  readonly times?: readonly TimeRange[] | undefined;
  readonly weekdays?: readonly InclusiveRange[] | undefined;
  readonly daysOfMonth?: readonly InclusiveRange[] | undefined;
  readonly months?: readonly InclusiveRange[] | undefined;
  readonly years?: readonly InclusiveRange[] | undefined;
  /** An IANA zone, `UTC` or `Local`; UTC when undefined. */
  readonly location?: string | undefined;
}

/** A text that is no part of a time interval, in upstream's words. */
export class TimeIntervalError extends Error {}
