import { MAX_OUTPUT, OutputTooLarge } from "../bounds.ts";

/** Joins strings, unless that alone would be too much. */
export function joinStrings(items: readonly string[], separator: string): string {
  if (separator.length * items.length > MAX_OUTPUT) throw new OutputTooLarge();
  return items.join(separator);
}
