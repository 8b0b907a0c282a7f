import { readPlusFile } from "../../src/config/plus.ts";
import type { Shape } from "../../src/config/plus/reader.ts";
import { formatPromDuration } from "../../src/core/model/duration.ts";
import { code, table } from "./table.ts";

/** What a key means, and what stands for its default or type where the schema alone would not say it. */
export type Meaning = string | { readonly meaning: string; readonly default?: string; readonly type?: string };

interface Key {
  readonly type: string;
  readonly default: string;
}

/** Every key of our own settings, by its path. */
const KEYS: ReadonlyMap<string, Key> = collect();
const described = new Set<string>();

/**
 * The table of some keys: their types and defaults are those of the schema.
 *
 * @param prefix what the paths begin with and the table leaves out
 * @throws Error for a key there is none of
 */
export function keys(prefix: string, meanings: Readonly<Record<string, Meaning>>): string {
  const rows = Object.entries(meanings).map(([name, said]) => {
    const found = name.split(", ").map((path) => {
      const full = `${prefix}${path}`;
      const key = KEYS.get(full);
      if (key === undefined) throw new Error(`there is no key ${full}`);
      described.add(full);
      return key;
    });
    const meaning = typeof said === "string" ? { meaning: said } : said;
    const unique = (texts: readonly string[]) => [...new Set(texts)].join(", ");
    return [
      name.split(", ").map(code).join(", "),
      meaning.type ?? unique(found.map(({ type }) => type)),
      meaning.default ?? unique(found.map((key) => key.default)),
      meaning.meaning,
    ];
  });
  return table(["key", "type", "default", "meaning"], rows);
}

/** Keys no table has; those of a mapping stand for it. */
export function missing(): readonly string[] {
  const all = [...KEYS.keys()];
  const hasParts = (path: string) => all.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`));
  return all.filter((path) => !described.has(path) && !hasParts(path));
}

function collect(): ReadonlyMap<string, Key> {
  const found = new Map<string, Key>();
  const walk = (shape: Shape | undefined, path: string, value: unknown) => {
    if (path !== "") found.set(path, { type: typeOf(shape), default: shownDefault(shape, value) });
    if (shape?.kind === "list") walkItem(shape.of, `${path}[]`);
    else if (shape?.kind === "names") walkItem(shape.of, `${path}.NAME`);
    else if (shape?.kind === "mapping") {
      const defaults = shape.defaults as Readonly<Record<string, unknown>>;
      for (const [name, key] of Object.entries(shape.keys)) {
        walk(key, path === "" ? name : `${path}.${name}`, defaults[name]);
      }
    }
  };
  const walkItem = (shape: Shape | undefined, path: string) => {
    if (shape?.kind === "mapping") walk(shape, path, undefined);
  };
  walk(readPlusFile.shape, "", undefined);
  return found;
}

function typeOf(shape: Shape | undefined): string {
  switch (shape?.kind) {
    case "value":
      return shape.type;
    case "list":
      return shape.of?.kind === "value" ? `list of ${shape.of.type}` : "list";
    case "names":
      return shape.of?.kind === "value" ? `mapping of names to ${shape.of.type}` : "mapping of names";
    case "mapping":
      return shape.short === true ? "one value, or a mapping" : "mapping";
    case undefined:
      throw new Error("a reader does not say what it takes");
  }
}

function shownDefault(shape: Shape | undefined, value: unknown): string {
  if (value === undefined || value === "" || shape?.kind === "mapping") return "";
  if (Array.isArray(value)) return value.length === 0 ? "none" : code(`[${value.join(", ")}]`);
  if (value instanceof Map) return "none";
  if (shape?.kind !== "value") return "";
  if (shape.type.startsWith("duration")) return code(formatPromDuration(value as number));
  if (shape.type === "size") return code(bytes(value as number));
  return code(String(value));
}

function bytes(value: number): string {
  const MIB = 1024 * 1024;
  return value % MIB === 0 ? `${value / MIB}MiB` : String(value);
}
