import { alignTabs } from "./tabwriter.ts";

/**
 * Lays out rows in columns, each followed by lines of its own that take no part in the columns.
 *
 * @param below the lines of each row
 */
export function tableWithLines(
  rows: readonly (readonly string[])[],
  below: readonly (readonly string[])[] = [],
): string {
  const lines = alignTabs(rows.map((cells) => cells.join("\t")).join("\n")).split("\n");
  return lines.flatMap((line, i) => [line, ...(below[i] ?? [])].map((text) => `${text}\n`)).join("");
}
