import { type Family, formatNumber } from "./family.ts";

/** Families in the text format, sorted by name as Go's client prints them. Those without series are left out. */
export function exposition(families: Iterable<Family>): string {
  const sorted = [...families].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: string[] = [];
  for (const family of sorted) {
    const samples = family.samples();
    if (samples.length === 0) continue;
    const { name } = family;
    parts.push(`# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${family.type}\n`);
    for (const { suffix, labels, value } of samples) {
      const pairs = labels.map(([label, text]) => `${label}="${escapeValue(text)}"`).join(",");
      parts.push(`${name}${suffix}${pairs === "" ? "" : `{${pairs}}`} ${formatNumber(value)}\n`);
    }
  }
  return parts.join("");
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
