import type { LabelSet } from "./labels.ts";
import { moreSevere, type Severity } from "./severity.ts";

/** What an alert says about its own severity. */
export interface StatedSeverity {
  readonly severity: Severity;
  /** It only bounds from below: `error` or `high` may well be critical, and `none` may only mean that nobody chose. */
  readonly atLeast: boolean;
}

/** The labels people say it in. Where they disagree the more severe counts. */
const LABELS = ["severity", "priority", "level"] as const;

const EXACT: readonly (readonly [Severity, string])[] = [
  [
    "critical",
    "critical crit page paging pager fatal emergency emerg disaster panic blocker urgent p0 p1 s0 s1 sev0 sev1 " +
      "kritisch critique critico critica crítico crítica kritisk krytyczny критический критично критическая 致命 " +
      "紧急 严重 緊急 重大",
  ],
  [
    "warning",
    "warning warn ticket task medium moderate average minor degraded p3 s3 sev3 warnung avertissement " +
      "advertencia aviso " +
      "предупреждение 警告 ostrzeżenie varning",
  ],
  [
    "info",
    "info information informational informative notice low debug trivial ok p4 p5 s4 s5 sev4 sev5 инфо 信息 情報",
  ],
  ["noise", "noise ignore ignored"],
];

const AT_LEAST: readonly (readonly [Severity, string])[] = [
  ["warning", "notify error err high major severe p2 s2 sev2 fehler erreur ошибка"],
  ["noise", "none"],
];

const SPELLINGS: ReadonlyMap<string, StatedSeverity> = new Map([
  ...spellings(EXACT, false),
  ...spellings(AT_LEAST, true),
]);

function spellings(
  words: readonly (readonly [Severity, string])[],
  atLeast: boolean,
): (readonly [string, StatedSeverity])[] {
  return words.flatMap(([severity, list]) => list.split(" ").map((word) => [word, { severity, atLeast }] as const));
}

/** How severe the labels `severity`, `priority` and `level` say the alert is; undefined where none says anything we know. */
export function statedSeverity(labels: LabelSet): StatedSeverity | undefined {
  let stated: StatedSeverity | undefined;
  for (const label of LABELS) {
    const value = labels.get(label);
    if (value === "") continue;
    const found = SPELLINGS.get(value) ?? SPELLINGS.get(normal(value));
    if (found === undefined) continue;
    if (stated === undefined || moreSevere(found.severity, stated.severity) !== stated.severity) stated = found;
  }
  return stated;
}

/** `SEV-1`, ` Critical ` and `P 1` are said to be the same as `sev1`, `critical` and `p1`. */
function normal(value: string): string {
  return value.toLowerCase().replace(/[\s_-]+/g, "");
}
