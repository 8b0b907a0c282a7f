import { TimeIntervalError } from "./time-interval.ts";
import { isZoneArea, isZoneName } from "./zone-names.ts";

/** What a clock on the wall and the calendar beside it show. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly daysInMonth: number;
  /** 0 = Sunday */
  readonly weekday: number;
  /** Since midnight. */
  readonly minute: number;
}

/**
 * Checks the name of a time zone as Go's time.LoadLocation does on Linux, where case counts.
 *
 * @returns the name Go prints for it: "" is UTC
 * @throws TimeIntervalError
 */
export function checkLocation(name: string): string {
  if (name === "" || name === "UTC") return "UTC";
  if (name === "Local") return "Local";
  if (/^[/\\]|\.\./.test(name)) throw new TimeIntervalError("time: invalid location name");
  if (isZoneArea(name)) throw new TimeIntervalError("is a directory");
  if (!isZoneName(name)) throw new TimeIntervalError(`unknown time zone ${name}`);
  return name;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// `Factory` is the zone of a machine nobody has set up: it shows UTC, and Intl does not know it.
function formatterOf(location: string): Intl.DateTimeFormat {
  let formatter = formatters.get(location);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      ...(location === "Local" ? {} : { timeZone: location === "Factory" ? "UTC" : location }),
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formatters.set(location, formatter);
  }
  return formatter;
}

/** What the clock shows at a moment (ms) in a place that `checkLocation` accepted. */
export function clockIn(location: string, ms: number): WallClock {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(location).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return {
    year,
    month,
    day,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minute: hour * 60 + minute,
  };
}
