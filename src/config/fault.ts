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
  const keys = root === undefined ? [] : keysOf(root);
  const place = placeOf(keys, message, named);
  return {
    message: redacted(withoutAnchor(message, source), keys),
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

/** A secret that begins with a star is read as an alias of something, and named as that. */
function withoutAnchor(message: string, source: string): string {
  const anchor = /unknown anchor '([^']*)'/.exec(message)?.[1];
  if (anchor === undefined) return message;
  const key = source
    .split("\n")
    .flatMap((line) => /(\w+)["']?\s*:\s*\*(\S*)/.exec(line.includes(`*${anchor}`) ? line : "")?.[1] ?? [])
    .find((name) => SECRET_KEY.test(name));
  return key === undefined ? message : message.replace(anchor, "<secret>");
}

interface Found {
  readonly key: string;
  readonly line: number;
  readonly name: string;
  readonly value: YamlNode;
}

/** Levels that are looked at: no configuration has more, and a document may have thousands. */
const MAX_DEPTH = 50;

/** Every key of a document, parents before what they hold. Aliases are not followed. */
function keysOf(node: YamlNode): Found[] {
  const found: Found[] = [];
  const look = (value: YamlNode, path: string, depth: number) => {
    if (depth > MAX_DEPTH) return;
    if (value.kind === "sequence") {
      for (const [i, item] of value.items.entries()) {
        const key = `${path}[${i}]`;
        found.push({ key, line: item.line + 1, name: "", value: item });
        look(item, key, depth + 1);
      }
    }
    if (value.kind !== "mapping") return;
    for (const [key, content] of value.pairs) {
      const name = key.kind === "scalar" ? key.value : "?";
      const own = path === "" ? name : `${path}.${name}`;
      found.push({ key: own, line: key.line + 1, name, value: content });
      look(content, own, depth + 1);
    }
  };
  look(node, "", 0);
  return found;
}

/** By the line, the key the message names, if it names one there; without a line by the value the message quotes. */
function placeOf(keys: readonly Found[], message: string, line: number | undefined): Found | undefined {
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

function redacted(message: string, keys: readonly Found[]): string {
  let text = message;
  for (const secret of secretsOf(keys)) {
    for (const shown of [secret, JSON.stringify(secret).slice(1, -1), `${secret.slice(0, SHOWN_OF_LONG)}...`]) {
      if (shown.length >= SHORTEST) text = text.replaceAll(shown, "<secret>");
    }
  }
  return text;
}

function secretsOf(keys: readonly Found[]): string[] {
  const secrets: string[] = [];
  for (const { name, value } of keys) {
    if (!SECRET_KEY.test(name) || FILE_KEY.test(name)) continue;
    if (value.kind === "scalar") secrets.push(value.value);
    else for (const inner of keysOf(value)) if (inner.value.kind === "scalar") secrets.push(inner.value.value);
  }
  // The longest first, for one may hold another.
  return secrets.sort((a, b) => b.length - a.length);
}
