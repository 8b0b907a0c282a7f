import type { Answer, Bucket, Figures } from "../../test/classification/measure.ts";
import type { ModelRun } from "./model.ts";

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** Rows of cells with the columns aligned, the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return `${rows.map(line).join("\n")}\n`;
}

export function figuresTable(rows: readonly (readonly [name: string, figures: Figures])[]): string {
  return table([
    ["", "alerts", "severity F1", "category F1", "severity right", "category right"],
    ...rows.map(([name, figures]) => [
      name,
      String(figures.alerts),
      figures.severityF1.toFixed(3),
      figures.categoryF1.toFixed(3),
      percent(figures.severityAccuracy),
      percent(figures.categoryAccuracy),
    ]),
  ]);
}

/** What asking a model took, and what went wrong. */
export function modelTable({ answers, failures, invalid, requests, latencies, tokens, cost }: ModelRun): string {
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  const why = [...failures].map(([type, count]) => `${count} ${type}`).join(", ");
  const thousand = cost === undefined ? "unknown price" : `${((cost / latencies.length) * 1000).toFixed(4)} USD`;
  return table([
    ["answers", `${latencies.length} of ${answers.length}`],
    ["  no answer", why === "" ? "none" : why],
    ["  that break the schema", String(invalid)],
    ["requests", String(requests)],
    ["latency, p50", `${at(0.5).toFixed(0)} ms`],
    ["latency, p95", `${at(0.95).toFixed(0)} ms`],
    ["tokens an answer", (tokens / latencies.length).toFixed(0)],
    ["a thousand answers", thousand],
  ]);
}

export function calibrationTable(buckets: readonly Bucket[]): string {
  return table([
    ["confidence", "answers", "mean", "both right"],
    ...buckets.map(({ from, to, answers, meanConfidence, right }) => [
      `${from} to ${to}`,
      String(answers),
      meanConfidence.toFixed(2),
      percent(right),
    ]),
  ]);
}

export function confusionTable(
  rows: ReadonlyMap<string, ReadonlyMap<string, number>>,
  classes: readonly string[],
): string {
  const short = classes.map((name) => name.slice(0, 8));
  return table([
    ["labelled \\ called", ...short],
    ...classes.map((name) => [name, ...classes.map((other) => String(rows.get(name)?.get(other) ?? "."))]),
  ]);
}

export function missesTable(answers: readonly Answer[]): string {
  const wrong = answers.filter(
    ({ alert, verdict }) => verdict?.severity !== alert.severity || verdict.category !== alert.category,
  );
  return table([
    ["missed", "labelled", "called"],
    ...wrong.map(({ alert, verdict }) => [
      alert.name,
      `${alert.severity} ${alert.category}`,
      verdict === undefined ? "nothing" : `${verdict.severity} ${verdict.category}`,
    ]),
  ]);
}
