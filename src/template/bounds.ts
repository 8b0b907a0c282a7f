/**
 * What one execution of a template may use. Go has no such limits but the recursion's; a template that reaches one of
 * these would have taken Alertmanager's memory or its time.
 */

/** Characters of output, and of any one string made on the way: 8 MiB. */
export const MAX_OUTPUT = 8 * 1024 * 1024;

/** Actions, loop turns and, for what is large, the work of a function on it. About two seconds. */
export const MAX_STEPS = 5_000_000;

/** From so many characters or elements on, a function's work counts: a step for each so many of them. */
export const LARGE = 4096;
export const UNITS_PER_STEP = 64;

/** Templates within templates, as in Go. */
export const MAX_DEPTH = 100_000;

/** Thrown where a value grows past MAX_OUTPUT; the executor adds where that happened. */
export class OutputTooLarge extends Error {
  constructor() {
    super(`output exceeds ${MAX_OUTPUT} bytes`);
  }
}
