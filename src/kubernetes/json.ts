import { Refusal } from "./refusal.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A mapping; empty where there is none. @throws Refusal */
export function objectAt(value: unknown, key: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new Refusal(key, "expected a JSON object");
}

/** @throws Refusal */
export function textAt(value: unknown, key: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw new Refusal(key, "expected a string");
}

/** What stands for a header or a credential: numbers and booleans as they are written. @throws Refusal */
export function scalarAt(value: unknown, key: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Refusal(key, "expected a string");
}

/** @throws Refusal */
export function booleanAt(value: unknown, key: string, unset: boolean): boolean;
export function booleanAt(value: unknown, key: string, unset?: undefined): boolean | undefined;
export function booleanAt(value: unknown, key: string, unset?: boolean): boolean | undefined {
  if (value === undefined || value === null) return unset;
  if (typeof value === "boolean") return value;
  throw new Refusal(key, "expected true or false");
}

/** One text, or several; undefined where there is none. @throws Refusal */
export function textsAt(value: unknown, key: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const texts = Array.isArray(value) ? value : [value];
  if (texts.every((text) => typeof text === "string")) return texts;
  throw new Refusal(key, "expected a list of strings");
}

/** @throws Refusal naming the first that is none of them */
export function checkKeys(object: JsonObject, known: readonly string[], key: string): void {
  for (const name of Object.keys(object)) {
    if (known.includes(name)) continue;
    // Names are no secrets, but who knows what is written in the wrong place.
    throw new Refusal(key, `has an unknown key; expected only ${known.join(", ")}`);
  }
}
