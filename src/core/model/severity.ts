/** Most severe first: `critical` needs somebody now, `warning` in working hours, `info` is good to know, `noise` is not. */
export const SEVERITIES = ["critical", "warning", "info", "noise"] as const;
export type Severity = (typeof SEVERITIES)[number];

const RANK: Readonly<Record<Severity, number>> = { critical: 3, warning: 2, info: 1, noise: 0 };

/** Positive when `a` is more severe than `b`, 0 when they are the same. */
export function compareSeverities(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b];
}

export function moreSevere(a: Severity, b: Severity): Severity {
  return RANK[a] >= RANK[b] ? a : b;
}

export function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}
