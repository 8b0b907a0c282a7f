/** A configuration file to ask both about. */
export interface Case {
  readonly name: string;
  readonly yaml: string;
}

/** Raw YAML by key, one line each. */
export type Keys = Readonly<Record<string, string>>;

/** Lines of a mapping, indented. */
export function lines(keys: Keys, indent = 0): string {
  const pad = " ".repeat(indent);
  return Object.entries(keys)
    .map(([key, value]) => `${pad}${key}:${value === "" ? "" : ` ${value}`}\n`)
    .join("");
}

/** Indents every line of a text. */
export function indented(text: string, by: number): string {
  const pad = " ".repeat(by);
  return text.replaceAll(/^(?=.)/gm, pad);
}

const ROUTE = "route:\n  receiver: r\n";
const RECEIVER = "receivers:\n- name: r\n";

/** A file with a route and a receiver, and more at the top level. */
export function file(more: string): string {
  return ROUTE + RECEIVER + more;
}

/** A file whose only receiver has one item in a list, after `more` at the top level. */
export function withItem(list: string, body: string, more = ""): string {
  return `${ROUTE}${more}${RECEIVER}  ${list}:\n${indented(body, 4).replace(/^ {4}/, "  - ")}`;
}

export function named(prefix: string, cases: Readonly<Record<string, string>>): Case[] {
  return Object.entries(cases).map(([name, yaml]) => ({ name: `${prefix}: ${name}`, yaml }));
}

/** A mapping of the configuration of which every key is tried. */
export interface Subject {
  readonly name: string;
  /** The file around a body of lines. */
  readonly wrap: (body: string) => string;
  /** What must be there for the rest to be valid. */
  readonly base: Keys;
  /** Each key with a value that is valid, if not always beside the others. */
  readonly keys: Keys;
}

/** The same few questions about every key of a mapping. */
export function everyKey({ name, wrap, base, keys }: Subject): Case[] {
  const all = Object.keys(keys);
  const each = (value: string) => Object.fromEntries(all.map((key) => [key, value]));
  const cases: Record<string, string> = {
    "base alone": lines(base),
    "empty mapping": "{}\n",
    "every key": lines({ ...keys, ...base }),
    "unknown key": lines({ ...base, nonsense: "1" }),
    "every key a list": lines({ ...base, ...each("[a]") }),
    "every key an empty list": lines({ ...base, ...each("[]") }),
    "every key a mapping": lines({ ...base, ...each("{a: b}") }),
    "every key null": lines({ ...base, ...each("") }),
    "every key NULL": lines({ ...base, ...each("NULL") }),
    "every key a number": lines({ ...base, ...each("5") }),
    "every key a quoted null": lines({ ...base, ...each('"null"') }),
    "every key a float": lines({ ...base, ...each("-1.5") }),
    "every key a date": lines({ ...base, ...each("2001-01-01") }),
    "every key a tagged word": lines({ ...base, ...each("!odd aVeryLongWord") }),
    "every key a list of lists": lines({ ...base, ...each("[[a], {b: c}, ~]") }),
    "every key a mapping of lists": lines({ ...base, ...each("{a: [b], c: {d: e}, ~: f}") }),
    "every key a boolean": lines({ ...base, ...each("yes") }),
    "every key twice": lines({ ...base, ...keys }) + lines({ ...base, ...keys }),
  };
  for (const key of all) {
    cases[`${key} valid`] = lines({ ...base, [key]: keys[key] as string });
    cases[`${key} a word`] = lines({ ...base, [key]: "x" });
    cases[`${key} empty`] = lines({ ...base, [key]: '""' });
    cases[`${key} a quoted null`] = lines({ ...base, [key]: "'null'" });
    cases[`${key} null`] = lines({ ...base, [key]: "~" });
  }
  return Object.entries(cases).map(([what, body]) => ({ name: `${name}: ${what}`, yaml: wrap(body) }));
}
