import { ConfigError } from "../error.ts";
import type { YamlNode } from "../yaml/node.ts";
import { expand, type Environment } from "./environment.ts";
import type { ReadText } from "./values.ts";

/** A key being read: its place, for errors. */
export class Place {
  constructor(
    readonly path: string,
    readonly line: number,
    readonly environment: Environment,
  ) {}

  /** @throws ConfigError always */
  fail(problem: string): never {
    const key = this.path === "" ? "" : `${this.path}: `;
    throw new ConfigError(`line ${this.line + 1}: ${key}${problem}`);
  }
}

/** What a reader takes, for whoever writes settings down. */
export type Shape =
  | { readonly kind: "value"; readonly type: string; readonly secret: boolean }
  | { readonly kind: "list"; readonly of: Shape | undefined }
  | { readonly kind: "names"; readonly of: Shape | undefined }
  | {
      readonly kind: "mapping";
      readonly keys: Readonly<Record<string, Shape | undefined>>;
      readonly defaults: object;
      /** What may stand for the whole mapping. */
      readonly short?: boolean;
    };

/** Reads the value of a key. */
export interface ReadKey<T> {
  (node: YamlNode, at: Place): T;
  readonly shape?: Shape | undefined;
}

/** A reader that says what it takes. */
export function shaped<T>(shape: Shape, read: (node: YamlNode, at: Place) => T): ReadKey<T> {
  return Object.assign(read, { shape });
}

/** What a reader reads, made into something else or refused, by `at.fail`. */
export function refined<T, U>(reader: ReadKey<T>, refine: (value: T, at: Place) => U): ReadKey<U> {
  const read = (node: YamlNode, at: Place) => refine(reader(node, at), at);
  return Object.assign(read, { shape: reader.shape });
}

type Readers<T> = { readonly [K in keyof T]: ReadKey<T[K]> };

/** A text value, environment variables put in. */
export function readScalar<T>(read: ReadText<T>): ReadKey<T> {
  return scalar(read, false);
}

/** The same for what may hold a secret, which errors do not show; nor may those of `read`. */
export function readSecret<T>(read: ReadText<T>): ReadKey<T> {
  return scalar(read, true);
}

function scalar<T>(read: ReadText<T>, secret: boolean): ReadKey<T> {
  const readKey: ReadKey<T> = shaped({ kind: "value", type: read.type ?? "text", secret }, (node, at) => {
    if (node.kind === "alias") return readKey(node.target, at);
    if (node.kind !== "scalar") return at.fail(`holds a ${node.kind}; expected one value`);
    try {
      return read(expand(node.value, at.environment, secret));
    } catch (error) {
      return at.fail((error as Error).message);
    }
  });
  return readKey;
}

/** A sequence of values of one kind. */
export function readSequence<T>(reader: ReadKey<T>): ReadKey<readonly T[]> {
  const read: ReadKey<readonly T[]> = shaped({ kind: "list", of: reader.shape }, (node, at) => {
    if (node.kind === "alias") return read(node.target, at);
    if (node.kind !== "sequence") return at.fail("expected a sequence");
    return node.items.map((item, i) => reader(item, new Place(`${at.path}[${i}]`, item.line, at.environment)));
  });
  return read;
}

/** One value that stands for a whole mapping, or the mapping; undefined when left empty. */
export function readShort<T>(short: ReadKey<T | undefined>, long: ReadKey<T>): ReadKey<T | undefined> {
  const read = (node: YamlNode, at: Place): T | undefined => {
    if (node.kind === "alias") return read(node.target, at);
    if (isNull(node)) return undefined;
    return node.kind === "scalar" ? short(node, at) : long(node, at);
  };
  const { shape } = long;
  return Object.assign(read, { shape: shape?.kind === "mapping" ? { ...shape, short: true } : shape });
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.implicit && /^(?:|~|null)$/.test(node.value);
}

/** A mapping with these keys and no others; keys not given have their defaults. */
export function readMapping<T extends object>(defaults: T, readers: Readers<T> & Record<string, ReadKey<unknown>>) {
  const keys = Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, reader.shape]));
  const read: ReadKey<T> = shaped({ kind: "mapping", keys, defaults }, (node, at) => {
    if (node.kind === "alias") return read(node.target, at);
    if (isNull(node)) return defaults;
    if (node.kind !== "mapping") return at.fail(`expected a mapping with the keys ${Object.keys(readers).join(", ")}`);
    const value = { ...defaults } as Record<string, unknown>;
    const seen = new Set<string>();
    for (const [key, content] of node.pairs) {
      const name = key.kind === "scalar" ? key.value : key.kind;
      const place = new Place(at.path === "" ? name : `${at.path}.${name}`, key.line, at.environment);
      const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
      if (reader === undefined) {
        return place.fail(`unknown key; expected one of ${Object.keys(readers).join(", ")}`);
      }
      if (seen.has(name)) return place.fail("given twice");
      seen.add(name);
      value[name] = reader(content, place);
    }
    return value as T;
  });
  return read;
}

/** A mapping of names of the user's own to values of one kind. */
export function readNamed<T>(reader: ReadKey<T>): ReadKey<ReadonlyMap<string, T>> {
  const read: ReadKey<ReadonlyMap<string, T>> = shaped({ kind: "names", of: reader.shape }, (node, at) => {
    if (node.kind === "alias") return read(node.target, at);
    if (node.kind !== "mapping") return at.fail("expected a mapping of names");
    const values = new Map<string, T>();
    for (const [key, content] of node.pairs) {
      const name = key.kind === "scalar" ? key.value : key.kind;
      const place = new Place(`${at.path}.${name}`, key.line, at.environment);
      if (values.has(name)) return place.fail("given twice");
      values.set(name, reader(content, place));
    }
    return values;
  });
  return read;
}

/** The whole document; without one everything has its default. */
export function readRoot<T extends object>(
  root: YamlNode | undefined,
  environment: Environment,
  reader: ReadKey<T>,
  defaults: T,
): T {
  return root === undefined ? defaults : reader(root, new Place("", root.line, environment));
}
