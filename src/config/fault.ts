import { parseYaml } from "./yaml/parser.ts";
import type { YamlNode } from "./yaml/node.ts";

/** What is wrong with a configuration, and where, as far as that is known. */
export interface Fault {
  /** The verdict on it; shows no value of a key that holds secrets. */
  readonly message: string;
  /** From 1 on. */
  readonly line: number | null;
  /** Such as `receivers[0].webhook_configs[1].url`. */
  readonly key: string | null;
}

/** Keys whose values are never shown, or only as far as they name a file. */
const SECRET_KEY =
  /(?:pass(?:word|phrase)?|secrets?|token(?:_id)?|credentials|key|url|urls|postgres|redis|proxy|headers?|values)$/i;
const FILE_KEY = /_(?:file|ref)$/;
/** From so many characters on a value is looked for in a message: shorter ones are in any text. */
const SHORTEST = 4;
/** Upstream shows so much of a value that does not fit. */
const SHOWN_OF_LONG = 7;

/** @param source the configuration the message is about */
export function faultOf(message: string, source: string): Fault {
  const root = parsed(source);
  const line = Number(/\bline (\d+)\b/.exec(message)?.[1] ?? Number.NaN);
  const named = Number.isNaN(line) ? undefined : line;
  const place = root === undefined ? undefined : placeOf(root, message, named);
  return {
    message: redacted(message, root),
    line: named ?? place?.line ?? null,
    key: place?.key ?? null,
  };
}

function parsed(source: string): YamlNode | undefined {
  try {
    return parseYaml(source);
  } catch {
    return undefined;
  }
}

interface Found {
  readonly key: string;
  readonly line: number;
  readonly name: string;
  readonly value: YamlNode;
}

/** Every key of a document, parents before what they hold. Aliases are not followed. */
function* keysOf(node: YamlNode, path = ""): Generator<Found> {
  if (node.kind === "sequence") {
    for (const [i, item] of node.items.entries()) {
      yield { key: `${path}[${i}]`, line: item.line + 1, name: "", value: item };
      yield* keysOf(item, `${path}[${i}]`);
    }
  }
  if (node.kind !== "mapping") return;
  for (const [key, value] of node.pairs) {
    const name = key.kind === "scalar" ? key.value : "?";
    const own = path === "" ? name : `${path}.${name}`;
    yield { key: own, line: key.line + 1, name, value };
    yield* keysOf(value, own);
  }
}

/** By the line, the key the message names, if it names one there; without a line by the value the message quotes. */
function placeOf(root: YamlNode, message: string, line: number | undefined): Found | undefined {
  const keys = [...keysOf(root)];
  const unknown = /field (\S+) (?:not found|already set)/.exec(message)?.[1];
  if (line !== undefined) {
    const there = keys.filter((one) => one.line === line || one.value.line + 1 === line);
    const kind = /cannot unmarshal !!(seq|map) /.exec(message)?.[1];
    return (
      there.findLast(({ name }) => name === unknown) ??
      there.findLast(({ value }) => kind !== undefined && value.kind.startsWith(kind)) ??
      there.at(-1)
    );
  }
  const quoted = new Set([...message.matchAll(/"([^"]+)"/g)].map(([, text]) => text));
  return keys.find(({ value }) => value.kind === "scalar" && quoted.has(value.value));
}

function redacted(message: string, root: YamlNode | undefined): string {
  if (root === undefined) return message;
  let text = message;
  for (const secret of secretsOf(root)) {
    for (const shown of [secret, JSON.stringify(secret).slice(1, -1), `${secret.slice(0, SHOWN_OF_LONG)}...`]) {
      if (shown.length >= SHORTEST) text = text.replaceAll(shown, "<secret>");
    }
  }
  return text;
}

function secretsOf(root: YamlNode): string[] {
  const secrets: string[] = [];
  for (const { name, value } of keysOf(root)) {
    if (SECRET_KEY.test(name) && !FILE_KEY.test(name)) secrets.push(...scalarsOf(value));
  }
  // The longest first, for one may hold another.
  return secrets.sort((a, b) => b.length - a.length);
}

function scalarsOf(node: YamlNode): string[] {
  if (node.kind === "scalar") return [node.value];
  if (node.kind === "sequence") return node.items.flatMap(scalarsOf);
  return node.kind === "mapping" ? node.pairs.flatMap(([, value]) => scalarsOf(value)) : [];
}
