export { containsTime } from "./contains.ts";
export { formatNumberRange, formatTimeRange, formatWeekdayRange } from "./format.ts";
export { checkLocation } from "./location.ts";
export { parseDayOfMonthRange, parseMonthRange, parseTimeRange, parseWeekdayRange, parseYearRange } from "./parse.ts";
export { TimeIntervalError } from "./time-interval.ts";
export type { InclusiveRange, TimeRange } from "./time-interval.ts";
