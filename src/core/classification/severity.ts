import { moreSevere, type Severity } from "../model/classification.ts";
import type { StatedSeverity } from "../model/stated-severity.ts";

/** The severity of an alert that one of less than certain knowledge takes for `severity`, given what the alert says itself. */
export function severityOf(severity: Severity, stated: StatedSeverity | undefined): Severity {
  if (stated === undefined) return severity;
  return stated.atLeast ? moreSevere(severity, stated.severity) : stated.severity;
}

/** With the severity known from the alert itself, only the category may be wrong: half of what could be. */
export function backed(confidence: number): number {
  return Math.round((confidence + 1) * 50) / 100;
}
