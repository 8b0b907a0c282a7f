import { compareBytes } from "../../core/model/labels.ts";
import type { Timestamp } from "../../core/model/timestamp.ts";
import { encodeList } from "../api/json-model.ts";
import { GETTABLE_ALERTS, type GettableAlert, type Labels } from "../api/models.ts";
import { dateFormat } from "./date.ts";
import { goSort } from "./go-sort.ts";
import type { Output } from "./output.ts";
import { alignTabs } from "./tabwriter.ts";

/** Prints alerts; `undefined` is an answer of null. */
export function formatAlerts(alerts: readonly GettableAlert[] | undefined, { form, layout }: Output): string {
  if (form === "json") return `${encodeList(alerts, GETTABLE_ALERTS)}\n`;
  const date = dateFormat(layout);
  const sorted = [...(alerts ?? [])];
  goSort(sorted, (a, b) => isBefore(a.startsAt, b.startsAt));
  return alignTabs(form === "simple" ? simple(sorted, date) : extended(sorted, date));
}

type PrintDate = (time: Timestamp | undefined) => string;

function simple(alerts: readonly GettableAlert[], date: PrintDate): string {
  const rows = alerts.map(({ labels, annotations, startsAt, status }) =>
    row(labels?.["alertname"] ?? "", date(startsAt), annotations?.["summary"] ?? "", status?.state ?? ""),
  );
  return row("Alertname", "Starts At", "Summary", "State") + rows.join("");
}

function extended(alerts: readonly GettableAlert[], date: PrintDate): string {
  const rows = alerts.map(({ labels, annotations, startsAt, endsAt, generatorURL, status }) =>
    row(pairs(labels), pairs(annotations), date(startsAt), date(endsAt), generatorURL ?? "", status?.state ?? ""),
  );
  return row("Labels", "Annotations", "Starts At", "Ends At", "Generator URL", "State") + rows.join("");
}

function row(...cells: readonly string[]): string {
  return `${cells.map((cell) => `${cell}\t`).join("")}\n`;
}

function pairs(labels: Labels | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}="${value}"`)
    .sort(compareBytes)
    .join(" ");
}

function isBefore(a: Timestamp | undefined, b: Timestamp | undefined): boolean {
  return a !== undefined && b !== undefined && a.compare(b) < 0;
}
