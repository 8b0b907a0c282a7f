const UNITS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** ms of a text such as `1h30m`; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  const compact = text.replace(/\s+/g, "");
  if (!/^(?:\d+[wdhms])+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, count, unit] of compact.matchAll(/(\d+)([wdhms])/g)) {
    total += Number(count) * UNITS[unit as keyof typeof UNITS];
  }
  return total > 0 ? total : undefined;
}

/** The largest units that tell it, at most two: `1h 30m`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / 1000) * 1000;
  if (rest < 1000) return ms > 0 ? `${Math.round(ms)}ms` : "0s";
  const parts: string[] = [];
  for (const [unit, size] of Object.entries(UNITS)) {
    if (unit === "w" && rest < 2 * size) continue;
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}
