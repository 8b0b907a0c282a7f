import { goalText, isMet, rows, type Unit } from "./goals.ts";
import type { Figures } from "./measurements.ts";

function show(value: number | undefined, unit: Unit): string {
  if (value === undefined) return "-";
  switch (unit) {
    case "per second":
    case "count":
      return Math.round(value).toLocaleString("en");
    case "us":
      return `${value.toFixed(1)} us`;
    case "ms":
      return value < 100 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
    case "bytes":
      return `${(value / 1e6).toFixed(1)} MB`;
    default:
      return unit satisfies never;
  }
}

function showRatio(ours: number, peers: number): string {
  const ratio = ours / peers;
  return ratio < 0.25 && ratio > 0 ? `1/${(1 / ratio).toFixed(1)}` : `x${ratio.toFixed(2)}`;
}

/** The figures as a table; without a peer, ours alone and only the goals that need none. */
export function table(ours: Figures, peers: Figures | undefined): string {
  const lines = [["", "ours", ...(peers === undefined ? [] : ["peer", "ratio"]), "goal", ""]];
  for (const row of rows) {
    const mine = ours[row.figure];
    if (mine === undefined) continue;
    const theirs = peers?.[row.figure];
    const met = isMet(row, mine, theirs);
    lines.push([
      row.figure,
      show(mine, row.unit),
      ...(peers === undefined
        ? []
        : [show(theirs, row.unit), theirs === undefined || theirs === 0 ? "-" : showRatio(mine, theirs)]),
      goalText(row),
      met === undefined ? "" : met ? "met" : "MISSED",
    ]);
  }
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column >= line.length - 1
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
