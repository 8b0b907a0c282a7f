import { goQuote, goTimeQuote } from "./goquote.ts";

/** A text that is no duration, in upstream's words. */
export class DurationError extends Error {}

const MS_PER_DAY = 86_400_000;
// Prometheus' units from the longest to the shortest, the order in which they may be written.
const PROM_UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["y", 365 * MS_PER_DAY],
  ["w", 7 * MS_PER_DAY],
  ["d", MS_PER_DAY],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];
const NS_PER_MS = 1_000_000n;
const MAX_NS = (1n << 63n) - 1n;

/**
 * Reads a duration as configuration files write it: `1d12h`, `5m`, `0` (spec §4.1).
 *
 * @returns ms
 * @throws DurationError
 */
export function parsePromDuration(text: string): number {
  if (text === "0") return 0;
  if (text === "") throw new DurationError("empty duration string");
  const invalid = () => new DurationError(`not a valid duration string: ${goQuote(text)}`);
  let sum = 0n;
  let last = -1;
  for (let rest = text; rest !== "";) {
    const [whole, digits, unit] = /^([0-9]+)([^0-9]+)/.exec(rest) ?? [];
    if (whole === undefined || digits === undefined || unit === undefined) throw invalid();
    const count = BigInt(digits);
    if (count >= 1n << 64n) throw invalid();
    const position = PROM_UNITS.findIndex(([name]) => name === unit);
    if (position < 0) throw new DurationError(`unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`);
    if (position <= last) throw invalid();
    last = position;
    sum += count * BigInt(PROM_UNITS[position]?.[1] ?? 0) * NS_PER_MS;
    if (sum > MAX_NS) throw new DurationError("duration out of range");
    rest = rest.slice(whole.length);
  }
  return Number(sum / NS_PER_MS);
}

/** Prints as Prometheus does, years and weeks only where nothing is left below them: `1w`, `90d`, `1d12h`, `0s`. */
export function formatPromDuration(ms: number): string {
  let rest = Math.trunc(Math.abs(ms));
  let text = ms < 0 ? "-" : "";
  for (const [unit, size] of PROM_UNITS) {
    if ((unit === "y" || unit === "w") && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count <= 0) continue;
    text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" || text === "-" ? "0s" : text;
}

const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  ["\u00b5s", 1000n],
  ["\u03bcs", 1000n],
  ["ms", NS_PER_MS],
  ["s", 1000n * NS_PER_MS],
  ["m", 60_000n * NS_PER_MS],
  ["h", 3_600_000n * NS_PER_MS],
]);

/**
 * Reads a duration as Go's time.ParseDuration does: `1h30m`, `-1.5s`, `100us`.
 *
 * @returns ms, with what is below one as a fraction
 * @throws DurationError
 */
export function parseGoDuration(text: string): number {
  const invalid = () => new DurationError(`time: invalid duration ${goTimeQuote(text)}`);
  const negative = text.startsWith("-");
  let rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === "0") return 0;
  if (rest === "") throw invalid();
  let ns = 0n;
  while (rest !== "") {
    const [whole = "", digits = "", point, decimals = ""] = /^([0-9]*)(?:(\.)([0-9]*))?/.exec(rest) ?? [];
    if (digits === "" && decimals === "") throw invalid();
    if (BigInt(`0${digits}`) > 1n << 63n) throw invalid();
    rest = rest.slice(whole.length);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw new DurationError(`time: missing unit in duration ${goTimeQuote(text)}`);
    rest = rest.slice(unit.length);
    const size = GO_UNITS.get(unit);
    if (size === undefined) {
      throw new DurationError(`time: unknown unit ${goTimeQuote(unit)} in duration ${goTimeQuote(text)}`);
    }
    ns += BigInt(`0${digits}`) * size;
    if (point !== undefined) ns += fractionOf(decimals, size);
    if (ns > 1n << 63n) throw invalid();
  }
  if (!negative && ns > MAX_NS) throw invalid();
  const ms = Number(ns / NS_PER_MS) + Number(ns % NS_PER_MS) / 1e6;
  return negative ? -ms : ms;
}

/** The decimals of a number of units in ns, computed in floating point as Go does; digits past 63 bits are ignored. */
function fractionOf(decimals: string, size: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of decimals) {
    if (value > MAX_NS / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > 1n << 63n) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(size) / scale)));
}

/** Prints as Go's Duration.String: `1h0m0s`, `1m30s`, `1.5s`, `200ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return "0s";
  const sign = ms < 0 ? "-" : "";
  const whole = Math.trunc(Math.abs(ms));
  const ns = BigInt(whole) * NS_PER_MS + BigInt(Math.round((Math.abs(ms) - whole) * 1e6));
  if (ns < 1000n) return `${sign}${ns}ns`;
  if (ns < NS_PER_MS) return `${sign}${decimal(ns, 1000n)}\u00b5s`;
  if (ns < 1000n * NS_PER_MS) return `${sign}${decimal(ns, NS_PER_MS)}ms`;
  const minutes = ns / (60_000n * NS_PER_MS);
  const seconds = `${decimal(ns % (60_000n * NS_PER_MS), 1000n * NS_PER_MS)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(ns: bigint, unit: bigint): string {
  const fraction = String((ns % unit) + unit)
    .slice(1)
    .replace(/0+$/, "");
  return `${ns / unit}${fraction === "" ? "" : `.${fraction}`}`;
}
