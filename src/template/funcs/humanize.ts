import { CallError } from "../exec/execution.ts";
import { formatFloat } from "../fmt/float.ts";
import { quote } from "../fmt/quote.ts";
import { parseFloat64 } from "../parse/number.ts";
import { durationAs } from "../time/duration.ts";
import { DURATION, FLOAT64, INT64 } from "../value/types.ts";
import { GoNumber, typeOf, type Value } from "../value/values.ts";

const SECOND = 1_000_000_000;
const PREFIXES = ["m", "u", "n", "p", "f", "a", "z", "y"];

function seconds(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") {
    const n = parseFloat64(value);
    if (n !== undefined) return n;
    const reason = overflows(value) ? "value out of range" : "invalid syntax";
    throw new CallError(`strconv.ParseFloat: parsing ${quote(value)}: ${reason}`);
  }
  if (value instanceof GoNumber) {
    if (value.type === DURATION) return durationAs(value.value, SECOND);
    if (value.type === FLOAT64 || value.type === INT64) return Number(value.value);
  }
  throw new CallError(`can't convert ${value === undefined ? "<nil>" : typeOf(value).name} to float`);
}

function overflows(text: string): boolean {
  return !Number.isNaN(Number(text.replaceAll("_", ""))) && text.trim() === text && text !== "";
}

/** Alertmanager's `humanizeDuration`, of seconds, a numeric string or a duration (spec §9.3). */
export function humanizeDuration(value: Value): string {
  const v = seconds(value);
  if (!Number.isFinite(v)) return formatFloat(v, "g", 4);
  if (v === 0) return `${formatFloat(v, "g", 4)}s`;
  const abs = Math.abs(v);
  if (abs >= 1) return (v < 0 ? "-" : "") + longDuration(abs);
  let small = v;
  let prefix = "";
  for (const p of PREFIXES) {
    if (Math.abs(small) >= 1) break;
    prefix = p;
    small *= 1000;
  }
  return `${formatFloat(small, "g", 4)}${prefix}s`;
}

const INT64_LIMIT = 2 ** 63;

function longDuration(v: number): string {
  // A float that int64 cannot hold becomes the least of them.
  const total = v < INT64_LIMIT ? BigInt(Math.trunc(v)) : -BigInt(INT64_LIMIT);
  const s = total % 60n;
  const m = (total / 60n) % 60n;
  const h = (total / 3600n) % 24n;
  const d = total / 86_400n;
  if (d !== 0n) return `${d}d ${h}h ${m}m ${s}s`;
  if (h !== 0n) return `${h}h ${m}m ${s}s`;
  if (m !== 0n) return `${m}m ${s}s`;
  return `${formatFloat(v, "g", 4)}s`;
}
