import { dayOf } from "./zone.ts";

/** When a cron expression of five fields fires, on the calendar of whatever place. */
export interface Cron {
  /** Sorted; minutes since midnight. */
  readonly minutes: readonly number[];
  /** Whether it fires in every hour, or in each so many: an hour that comes twice is one of them both times. */
  readonly isHourly: boolean;
  /** @param day a `dayNumber` */
  matchesDay(day: number): boolean;
}

/** Why an expression is refused. */
export class CronError extends Error {}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of values, the first for `min`. */
  readonly names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, names: MONTHS },
  // 7 is Sunday as well.
  { name: "day of week", min: 0, max: 7, names: DAYS },
] as const satisfies readonly Field[];

/**
 * Reads `minute hour day-of-month month day-of-week`: `*`, numbers, names, ranges, lists and steps. Where both days are
 * given, either will do, as cron has always had it.
 *
 * @throws CronError naming the field, its value and what was expected
 */
export function parseCron(expression: string): Cron {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(", ");
    throw new CronError(`cron expression ${JSON.stringify(expression)}: expected five fields: ${names}`);
  }
  const [minutes, hours, monthDays, months, weekdays] = FIELDS.map((field, i) => values(texts[i] as string, field)) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const anyMonthDay = texts[2]?.startsWith("*") === true;
  const anyWeekday = texts[4]?.startsWith("*") === true;
  const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
  return {
    minutes: sorted(hours).flatMap((hour) => sorted(minutes).map((minute) => hour * 60 + minute)),
    isHourly: texts[1]?.startsWith("*") === true,
    matchesDay(day) {
      const { month, day: monthDay } = dayOf(day);
      if (!months.has(month)) return false;
      const weekday = weekdayOf(day);
      const isWeekday = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
      const isMonthDay = monthDays.has(monthDay);
      return anyMonthDay || anyWeekday ? isMonthDay && isWeekday : isMonthDay || isWeekday;
    },
  };
}

/** 0 = Sunday. @param day a `dayNumber` */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function values(text: string, field: Field): Set<number> {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step, ...more] = part.split("/");
    const by = step === undefined ? 1 : numberOf(step);
    if (more.length > 0 || by === undefined || by === 0) throw refused(text, field);
    const [first, last] = bounds(range, step !== undefined, field) ?? [];
    if (first === undefined || last === undefined || first > last) throw refused(text, field);
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return found;
}

function bounds(range: string, hasStep: boolean, field: Field): readonly [number?, number?] | undefined {
  if (range === "*") return [field.min, field.max];
  const [from = "", to, ...more] = range.split("-");
  if (more.length > 0) return undefined;
  const first = valueOf(from, field);
  if (to !== undefined) return [first, valueOf(to, field)];
  return [first, hasStep ? field.max : first];
}

function valueOf(text: string, { min, max, names = [] }: Field): number | undefined {
  const name = names.indexOf(text.toLowerCase());
  const value = name >= 0 ? name + min : numberOf(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function refused(text: string, { name, min, max, names }: Field): CronError {
  const also = names === undefined ? "" : `, or ${names[0]} to ${names.at(-1)}`;
  return new CronError(
    `cron expression: ${name} ${JSON.stringify(text)}: expected *, or numbers from ${min} to ${max}${also}, with - , and /`,
  );
}
