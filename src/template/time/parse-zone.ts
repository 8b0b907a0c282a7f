/** How much of the value is a zone abbreviation (Go's parseTimeZone), 0 for none. */
export function zoneLength(value: string): number {
  if (value.length < 3) return 0;
  if (/^(ChST|MeST)/.test(value)) return 4;
  if (value.startsWith("GMT")) return 3 + signedOffsetLength(value.slice(3));
  if (/^[+-]/.test(value)) return signedOffsetLength(value);
  const upper = (/^[A-Z]{0,6}/.exec(value) as RegExpExecArray)[0];
  switch (upper.length) {
    case 5:
      return upper.endsWith("T") ? 5 : 0;
    case 4:
      return upper.endsWith("T") || upper === "WITA" ? 4 : 0;
    case 3:
      return 3;
    default:
      return 0;
  }
}

function signedOffsetLength(value: string): number {
  const m = /^[+-](\d+)/.exec(value);
  return m === null || Number(m[1]) > 23 ? 0 : m[0].length;
}

const OFFSETS: readonly (readonly [form: RegExp, value: RegExp])[] = [
  [/07:00:00$/, /^(.)(..):(..):(..)/s],
  [/07:00$/, /^(.)(..):(..)/s],
  [/070000$/, /^(.)(..)(..)(..)/s],
  [/0700$/, /^(.)(..)(..)/s],
  [/07$/, /^(.)(..)/s],
];

/** A numeric offset, how much of the value it takes, and which part is out of its range. */
export interface ParsedOffset {
  readonly offset: number;
  readonly length: number;
  readonly range: string;
}

/** Reads a numeric offset in the form of a layout's element. Undefined when it has another form. */
export function parseOffset(value: string, element: string): ParsedOffset | undefined {
  const form = OFFSETS.find(([e]) => e.test(element));
  const m = form?.[1].exec(value);
  if (m === null || m === undefined) return undefined;
  const [all, sign, ...texts] = m as unknown as [string, string, ...string[]];
  // What follows a part that is no number is not looked at.
  const bad = texts.findIndex((t) => !/^\d\d$/.test(t));
  const [hours = 0, minutes = 0, seconds = 0] = texts.slice(0, bad < 0 ? undefined : bad).map(Number);
  let range = "";
  if (hours > 24) range = "time zone offset hour";
  if (minutes > 60) range = "time zone offset minute";
  if (seconds > 60) range = "time zone offset second";
  if (range === "" && (bad >= 0 || (sign !== "+" && sign !== "-"))) return undefined;
  const offset = (sign === "-" ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
  return { offset, length: all.length, range };
}
