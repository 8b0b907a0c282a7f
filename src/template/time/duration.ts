import { int64 } from "../value/values.ts";

/** Go's Duration.String, of nanoseconds. */
export function durationText(duration: number | bigint): string {
  const ns = BigInt(duration);
  if (ns === 0n) return "0s";
  const sign = ns < 0n ? "-" : "";
  const abs = ns < 0n ? -ns : ns;
  if (abs < 1_000n) return `${sign}${abs}ns`;
  if (abs < 1_000_000n) return `${sign}${decimal(abs, 3)}µs`;
  if (abs < 1_000_000_000n) return `${sign}${decimal(abs, 6)}ms`;
  const minutes = abs / 60_000_000_000n;
  const seconds = `${decimal(abs % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A whole number divided by 10^places, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const text = String(value).padStart(places + 1, "0");
  const fraction = text.slice(-places).replace(/0+$/, "");
  return text.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}

/** A duration as a float of some unit (ns), as Hours, Minutes and Seconds compute it. */
export function durationAs(duration: number | bigint, unit: number): number {
  const ns = BigInt(duration);
  const u = BigInt(unit);
  return Number(ns / u) + Number(ns % u) / unit;
}

export function truncateDuration(duration: number | bigint, step: number | bigint): number | bigint {
  const d = BigInt(duration);
  const m = BigInt(step);
  return m <= 0n ? duration : int64(d - (d % m));
}

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/** To the nearest multiple, halves away from zero; what does not fit becomes the greatest or least. */
export function roundDuration(duration: number | bigint, step: number | bigint): number | bigint {
  const d = BigInt(duration);
  const m = BigInt(step);
  if (m <= 0n) return duration;
  const negative = d < 0n;
  const abs = negative ? -d : d;
  const rest = abs % m;
  const rounded = rest + rest < m ? abs - rest : abs - rest + m;
  const signed = negative ? -rounded : rounded;
  return int64(signed > MAX ? MAX : signed < MIN ? MIN : signed);
}

export function absDuration(duration: number | bigint): number | bigint {
  const d = BigInt(duration);
  if (d >= 0n) return duration;
  return int64(d === MIN ? MAX : -d);
}
