import { parsePromDuration } from "../../core/model/duration.ts";
import { promDuration, typed, type ReadText } from "./values.ts";

/** A decimal number within bounds. */
export function decimal(min: number, max: number): ReadText<number> {
  return typed(`number from ${min} to ${max}`, (text) => {
    const value = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new Error(`${JSON.stringify(text)} is not allowed: expected a number from ${min} to ${max}`);
  });
}

/** A whole number within bounds. */
export function whole(min: number, max: number): ReadText<number> {
  return typed(`whole number from ${min} to ${max}`, (text) => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new Error(`${JSON.stringify(text)} is not allowed: expected a whole number from ${min} to ${max}`);
  });
}

/** A Prometheus duration in ms that may be 0. */
export const durationOrNone: ReadText<number> = typed("duration or `0s`", (text) =>
  /^0[a-z]*$/.test(text) && parsePromDuration(text) === 0 ? 0 : promDuration(text),
);
