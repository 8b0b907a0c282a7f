const NO_VALUES: readonly string[] = [];

/** The query of a URL as Go's `url.ParseQuery` reads it: pairs it refuses are left out. */
export class Query {
  readonly #values = new Map<string, string[]>();

  /** @param text what follows the question mark */
  constructor(text: string) {
    if (text === "") return;
    for (const pair of text.split("&")) {
      if (pair === "" || pair.includes(";")) continue;
      const equals = pair.indexOf("=");
      const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals));
      const value = unescapeQuery(equals < 0 ? "" : pair.slice(equals + 1));
      if (name === undefined || value === undefined) continue;
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? NO_VALUES;
  }

  /** Of repeated ones the last. */
  last(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** Anything but the words for true is false (spec §2.3); absent or empty means true, the default of every flag. */
  flag(name: string): boolean {
    const value = this.last(name);
    return value === undefined || value === "" || TRUE_WORDS.has(value.toLowerCase());
  }
}

const TRUE_WORDS: ReadonlySet<string> = new Set([
  "true",
  "1",
  "yes",
  "ok",
  "y",
  "on",
  "selected",
  "checked",
  "t",
  "enabled",
]);

function unescapeQuery(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Either a bad escape, which Go refuses, or bytes that are no UTF-8, which it takes.
    if (/%(?![0-9a-fA-F]{2})/.test(spaced)) return undefined;
    return unescapeBytes(spaced);
  }
}

/** Resolves escapes byte by byte; bytes that are no UTF-8 become U+FFFD. */
function unescapeBytes(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const unescaped = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(unescaped, "latin1").toString("utf8");
}
