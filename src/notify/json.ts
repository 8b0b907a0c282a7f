import { YamlFloat, type YamlValue } from "../config/yaml/value.ts";
import { compareBytes, LabelSet } from "../core/model/labels.ts";

/**
 * What can be encoded: an object is a Go struct (its keys stay in their order, undefined is omitted), a Map or a LabelSet
 * a Go map (its keys are sorted).
 */
export type Json =
  | null
  | boolean
  | string
  | number
  | bigint
  | undefined
  | YamlFloat
  | RawJson
  | LabelSet
  | readonly Json[]
  | ReadonlyMap<unknown, Json>
  | { readonly [key: string]: Json };

/** JSON that is put in as it is, made compact as Go's RawMessage is. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** A body as Go's json.Encoder writes it (spec §10.1): compact, HTML-escaped, with a newline at the end. */
export function encodeJson(value: Json): string {
  return `${marshal(value)}\n`;
}

/** As Go's json.Marshal: no newline. */
export function marshal(value: Json): string {
  if (value === null || value === undefined) return "null";
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "bigint":
      return String(value);
  }
  if (value instanceof YamlFloat) return marshal(value.value);
  if (value instanceof RawJson) return escapeHtml(compact(value.text));
  if (value instanceof LabelSet) return object(value.entries());
  if (value instanceof Map) return object(sortedEntries(value));
  if (Array.isArray(value)) return `[${value.map(marshal).join(",")}]`;
  return object(Object.entries(value as { readonly [key: string]: Json }).filter(([, item]) => item !== undefined));
}

/** A configured value of no fixed type as the encoder takes it: keys that are not strings are dropped (spec §9.4). */
export function fromYaml(value: YamlValue): Json {
  if (value instanceof Map) return new Map(sortedEntries(value).map(([key, item]) => [key, fromYaml(item)]));
  if (Array.isArray(value)) return value.map(fromYaml);
  return value as Exclude<YamlValue, readonly YamlValue[] | ReadonlyMap<unknown, YamlValue>>;
}

function sortedEntries<T>(map: ReadonlyMap<unknown, T>): [string, T][] {
  const entries = [...map].filter((entry): entry is [string, T] => typeof entry[0] === "string");
  return entries.sort((a, b) => compareBytes(a[0], b[0]));
}

function object(entries: Iterable<readonly [string, Json]>): string {
  let out = "";
  for (const [key, item] of entries) out += `${out === "" ? "" : ","}${quote(key)}:${marshal(item)}`;
  return `{${out}}`;
}

const HTML_CHARS = /[<>&\u2028\u2029]/g;

function escapeHtml(text: string): string {
  return text.replace(HTML_CHARS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A lone surrogate stands for what was not UTF-8. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Nothing in it is written otherwise than it stands. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (text.isWellFormed()) return escapeHtml(JSON.stringify(text));
  const parts = text
    .split(new RegExp(LONE_SURROGATE, "g"))
    .map((part) => escapeHtml(JSON.stringify(part)).slice(1, -1));
  return `"${parts.join("\\ufffd")}"`;
}

/** Takes the white space out between the tokens of valid JSON. */
function compact(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g, (_, string: string | undefined) => string ?? "");
}
