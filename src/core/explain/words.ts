import { boundedText } from "../model/classification.ts";
import type { LabelSet } from "../model/labels.ts";

/** Characters. */
const LONGEST_QUOTE = 300;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long, for a person: the two largest units, `3h 12m`, `23s`. */
export function inWords(ms: number): string {
  if (ms < SECOND) return "under 1s";
  for (const [size, unit, below, part] of UNITS) {
    if (ms < size) continue;
    const rest = Math.floor((ms % size) / below);
    return `${Math.floor(ms / size)}${unit}${rest === 0 ? "" : ` ${rest}${part}`}`;
  }
  return `${Math.floor(ms / SECOND)}s`;
}

const UNITS: readonly (readonly [size: number, unit: string, below: number, part: string])[] = [
  [DAY, "d", HOUR, "h"],
  [HOUR, "h", MINUTE, "m"],
  [MINUTE, "m", SECOND, "s"],
];

/** A moment (ms) for a person: `2026-11-24 01:02:03 UTC`. */
export function at(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** What somebody else wrote, as part of a sentence: one line, not too long, nothing in it that cannot be seen. */
export function quoted(text: string): string {
  return boundedText(text, LONGEST_QUOTE);
}

/** What an alert is called: its alertname, or its labels where it has none. */
export function nameOf(labels: LabelSet): string {
  return quoted(labels.get("alertname") || labels.key);
}
