import { DurationError, parsePromDuration } from "../../core/model/duration.ts";

/** Reads a value from its text. @throws Error saying what was expected */
export interface ReadText<T> {
  (text: string): T;
  /** What it takes, in a word or two, for whoever writes settings down; `text` where it does not say. */
  readonly type?: string;
}

/** Says what a reader takes. */
export function typed<T>(type: string, read: (text: string) => T): ReadText<T> {
  return Object.assign(read, { type });
}

export function oneOf<T extends string>(...choices: readonly T[]): ReadText<T> {
  return typed(choices.map((choice) => `\`${choice}\``).join(", "), (text) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new Error(`${JSON.stringify(text)} is none of ${choices.join(", ")}`);
    return choice;
  });
}

/** A Prometheus duration of some length, in ms. */
export const promDuration: ReadText<number> = typed("duration", (text) => {
  const expected = `expected a duration such as 14d or 12h30m`;
  try {
    const duration = parsePromDuration(text);
    if (duration > 0) return duration;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new Error(`${JSON.stringify(text)} is not allowed: ${expected}`);
});

/** A whole number from 1 on. */
export const count: ReadText<number> = typed("number", (text) => {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new Error(`${JSON.stringify(text)} is not allowed: expected a whole number from 1 on`);
});

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** A number of bytes, with or without a unit. */
export const size: ReadText<number> = typed("size", (text) => {
  const [, digits = "", unit = ""] = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  const bytes = Math.floor(Number(digits) * (factor ?? 0));
  if (digits === "" || factor === undefined || bytes <= 0 || !Number.isSafeInteger(bytes)) {
    throw new Error(`${JSON.stringify(text)} is not allowed: expected a number of bytes such as 8MiB or 10000000`);
  }
  return bytes;
});

export const boolean: ReadText<boolean> = typed("`true`, `false`", (text) => oneOf("true", "false")(text) === "true");

/** Any text. */
export const text: ReadText<string> = (value) => value;

/** The name of a file; relative ones count from the directory of the settings. */
export const path: ReadText<string> = typed("path", (value) => value);
