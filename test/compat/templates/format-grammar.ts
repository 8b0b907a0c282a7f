import type { TemplateCase } from "./fixtures.ts";
import { Random } from "./random.ts";

const ELEMENTS = (
  "2006 06 01 1 Jan January 02 2 _2 002 __2 15 3 03 4 04 5 05 PM pm MST Z07:00 Z0700 Z07 -07:00 -0700 -07 -07:00:00 " +
  "-070000 Z07:00:00 .000 .999 ,000 .000000000 Mon Monday"
).split(" ");
const SEPARATORS = [" ", "-", "/", ":", "T", ",", "  ", "", "x", "."];
const TIMES = [
  "(index .Alerts 0).StartsAt",
  "(index .Alerts 1).EndsAt",
  '((index .Alerts 1).EndsAt | tz "America/New_York")',
  "(index .Alerts 0).EndsAt",
];
const VALUES = [
  "9223372036854775807",
  "-9223372036854775808",
  "'a'",
  "0x1F600",
  "0",
  "true",
  '"héllo wörld"',
  '"a\\"b`\\n"',
  "nil",
  "1+2i",
  "-0.5i",
  '(list 1 1.5 "x" nil)',
  '(dict "k" 1.25)',
  "((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt)",
  "(index .Alerts 1).EndsAt.Month",
];
const FLOATS =
  "0.0 -0.0 0.5 1.5 2.5 1e21 1e-7 123456789.0 1e100 5e-324 1.7976931348623157e308 0.1 100.0 1000000.0 999999.5 0.00001234".split(
    " ",
  );

function layout(random: Random): string {
  let text = "";
  for (let i = 0; i <= random.below(6); i++) text += random.pick(ELEMENTS) + random.pick(SEPARATORS);
  return JSON.stringify(text);
}

/** A time written in one layout and read in the same or another. */
function timeCase(random: Random): string {
  const written = layout(random);
  const read = random.chance(0.7) ? written : layout(random);
  const changed = random.chance(0.2) ? `(print $s "${random.pick(SEPARATORS)}1")` : "$s";
  const time = random.pick(TIMES);
  return `{{ $s := ${time}.Format ${written} }}{{ $s }}|{{ toDate ${read} ${changed} }}|{{ mustToDate ${read} ${changed} }}`;
}

function float(random: Random): string {
  if (random.chance(0.2)) return random.pick(FLOATS);
  const digits = (random.next() * 10).toFixed(1 + random.below(16));
  const exponent = random.chance(0.5) ? `e${random.below(60) - 30}` : "";
  return (random.chance(0.5) ? "-" : "") + digits + exponent;
}

/** A value printed with a verb, its flags, width and precision. */
function printfCase(random: Random): string {
  const flags = ["#", "0", "+", "-", " "].filter(() => random.chance(0.2)).join("");
  const width = random.chance(0.4) ? String(random.below(20)) : "";
  const precision = random.chance(0.5) ? `.${random.chance(0.2) ? "" : random.below(12)}` : "";
  const kind = random.next();
  let value = float(random);
  if (kind > 0.8) value = random.pick(VALUES);
  else if (kind > 0.5) value = String(random.below(2_000_000) - 1_000_000);
  return `{{ printf "[%${flags}${width}${precision}${random.pick([..."eEfFgGvxXbdqsctoOU"])}]" ${value} }}`;
}

/** So many templates that format and parse times and numbers. */
export function generateFormats(seed: number, count: number): TemplateCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => ({
    mode: "text",
    text: i % 2 === 0 ? timeCase(random) : printfCase(random),
  }));
}
