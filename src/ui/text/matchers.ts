/** What a matcher compares with: `=`, `!=`, `=~`, `!~`. */
export type Operator = "=" | "!=" | "=~" | "!~";

export interface Matcher {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

/** A matcher as `/api/v2` writes it. */
export interface WireMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const OPERATOR = /^\s*(=~|!~|!=|=)\s*/;

/**
 * The matchers in a text such as `{a="b",c=~"d"}`, `a=b` or `"a b"!="c"`: the grammar the server parses, as far as a person
 * types it into a query bar. Undefined where the text is none; the server has the last word.
 */
export function parseMatchers(text: string): readonly Matcher[] | undefined {
  let rest = text.trim();
  const braces = rest.startsWith("{") && rest.endsWith("}");
  if (braces) rest = rest.slice(1, -1).trim();
  const found: Matcher[] = [];
  while (rest !== "") {
    const name = take(rest, /^[^\s=!~,"{}]+/);
    if (name === undefined || name.value === "") return undefined;
    const operator = OPERATOR.exec(name.rest);
    if (operator === null) return undefined;
    const value = take(name.rest.slice(operator[0].length), /^[^",}]*/);
    if (value === undefined) return undefined;
    found.push({ name: name.value, operator: operator[1] as Operator, value: value.value.trimEnd() });
    rest = value.rest.trim();
    if (rest === "") break;
    if (!rest.startsWith(",")) return undefined;
    rest = rest.slice(1).trim();
  }
  return found.length > 0 || braces ? found : undefined;
}

/** A quoted text or what the pattern finds, and what comes after it. */
function take(text: string, bare: RegExp): { value: string; rest: string } | undefined {
  const start = text.trimStart();
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(start);
  if (quoted !== null) return { value: unescape(quoted[1] ?? ""), rest: start.slice(quoted[0].length) };
  if (start.startsWith('"')) return undefined;
  const value = bare.exec(start)?.[0];
  return value === undefined ? undefined : { value, rest: start.slice(value.length) };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => ({ n: "\n", t: "\t", r: "\r" })[c] ?? c);
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

export function formatMatcher({ name, operator, value }: Matcher): string {
  return `${PLAIN_NAME.test(name) ? name : quote(name)}${operator}${quote(value)}`;
}

/** As upstream's links carry it: `{a="b", c=~"d"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(formatMatcher).join(", ")}}`;
}

/** One equality matcher for each label, in order of names. */
export function matchersOf(labels: Readonly<Record<string, string>>): readonly Matcher[] {
  return Object.keys(labels)
    .sort()
    .map((name) => ({ name, operator: "=", value: labels[name] ?? "" }));
}

export function fromWire({ name, value, isRegex, isEqual }: WireMatcher): Matcher {
  const operator = isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";
  return { name, operator, value };
}

export function toWire({ name, operator, value }: Matcher): WireMatcher {
  return { name, value, isRegex: operator.endsWith("~"), isEqual: operator.startsWith("=") };
}

export function isSame(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.operator === b.operator && a.value === b.value;
}

/** More values than these in one matcher nobody reads. */
const MAX_ALTERNATIVES = 50;

/**
 * Matchers that hold for all of these label sets and for as little else as one set of matchers can: one for each label that
 * all have, with alternatives where their values differ.
 */
export function matchersOfAll(sets: readonly Readonly<Record<string, string>>[]): readonly Matcher[] {
  const [first = {}, ...others] = sets;
  const found: Matcher[] = [];
  for (const name of Object.keys(first).sort()) {
    if (!others.every((labels) => name in labels)) continue;
    const values = [...new Set(sets.map((labels) => labels[name] ?? ""))];
    if (values.length === 1) found.push({ name, operator: "=", value: values[0] ?? "" });
    else if (values.length <= MAX_ALTERNATIVES) {
      found.push({ name, operator: "=~", value: values.map(escapeRegex).join("|") });
    }
  }
  return found;
}

/** The regular expression that this text alone matches. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
