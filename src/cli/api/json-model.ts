import { DecodeError, foldKey } from "../../api/v2/decode.ts";
import { escapeHTML } from "../../api/json/quote.ts";
import type { JSONValue } from "../../api/json/scan.ts";
import { compareBytes } from "../../core/model/labels.ts";
import { formatMillis, parseTimestamp, Timestamp } from "../../core/model/timestamp.ts";

/** What a field of a Go struct holds. Strings are strings, times Timestamps, label sets plain objects. */
export type FieldType = "string" | "bool" | "time" | "uri" | "labels" | Model | ListOf;

export interface Field {
  readonly key: string;
  readonly type: FieldType;
  readonly omitEmpty?: boolean;
}

/** Fields of a struct that are decoded and encoded together. */
export interface Part {
  /** The struct's name in errors about its fields. */
  readonly struct: string;
  /** The type in errors about a value that is no object. */
  readonly goType: string;
  readonly fields: readonly Field[];
}

/** A struct of the API's Go client: plain objects here. Where it embeds another struct it has two parts. */
export interface Model {
  readonly kind: "object";
  readonly parts: readonly Part[];
}

export interface ListOf {
  readonly kind: "list";
  readonly goType: string;
  readonly item: "string" | Model;
}

export type Decoded = Readonly<Record<string, unknown>>;

/**
 * Decodes a value as Go's client does: unknown keys are left out, keys match in any case, null is absence.
 *
 * @throws DecodeError in Go's words; TimestampError
 */
export function decodeObject(value: JSONValue, model: Model): Decoded | undefined {
  if (value.kind === "null") return undefined;
  const decoded: Record<string, unknown> = {};
  for (const part of model.parts) {
    if (value.kind !== "object")
      throw new DecodeError(`json: cannot unmarshal ${value.kind} into Go value of type ${part.goType}`);
    for (const [key, member] of value.members) {
      const field = part.fields.find((field) => foldKey(field.key) === foldKey(key));
      if (field !== undefined) decoded[field.key] = decodeField(member, field.type, `${part.struct}.${field.key}`);
    }
  }
  return decoded;
}

/** The same for a list that is no field but a whole document. */
export function decodeList(value: JSONValue, list: ListOf): readonly unknown[] | undefined {
  if (value.kind === "null") return undefined;
  if (value.kind !== "array")
    throw new DecodeError(`json: cannot unmarshal ${value.kind} into Go value of type ${list.goType}`);
  return value.items.map((item) => decodeField(item, list.item, ""));
}

function decodeField(value: JSONValue, type: FieldType, path: string): unknown {
  if (value.kind === "null") return undefined;
  if (typeof type === "object") {
    if (type.kind === "object") return decodeObject(value, type);
    if (value.kind !== "array") throw mismatch(value, path, type.goType);
    return value.items.map((item) => decodeField(item, type.item, path));
  }
  switch (type) {
    case "bool":
      if (value.kind !== "bool") throw mismatch(value, path, "bool");
      return value.value;
    case "labels":
      if (value.kind !== "object") throw mismatch(value, path, "models.LabelSet");
      return Object.fromEntries(value.members.map(([name, label]) => [name, decodeField(label, "string", path) ?? ""]));
    default:
      if (value.kind !== "string") throw mismatch(value, path, "string");
      return type === "time" ? parseTimestamp(value.text) : value.text;
  }
}

function mismatch(value: JSONValue, path: string, type: string): DecodeError {
  return new DecodeError(`json: cannot unmarshal ${value.kind} into Go struct field ${path} of type ${type}`);
}

/** The JSON Go writes for it, in one line, with HTML escaped. */
export function encodeObject(value: Decoded | undefined, model: Model): string {
  return escapeHTML(encode(value, model));
}

export function encodeList(values: readonly unknown[] | undefined, list: ListOf): string {
  return escapeHTML(encode(values, list));
}

function encode(value: unknown, type: FieldType): string {
  if (value === undefined) return "null";
  if (value instanceof Timestamp) return JSON.stringify(formatMillis(value));
  if (Array.isArray(value)) {
    const item = typeof type === "object" && type.kind === "list" ? type.item : "string";
    return `[${value.map((element) => encode(element, item)).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (typeof type !== "object" || type.kind !== "object") return encodeLabels(value);
  const members = type.parts.flatMap(({ fields }) => fields).filter((field) => !isLeftOut(field, value));
  return `{${members.map((field) => `${JSON.stringify(field.key)}:${encode(fieldOf(value, field), field.type)}`).join(",")}}`;
}

function fieldOf(value: object, field: Field): unknown {
  return (value as Decoded)[field.key];
}

function isLeftOut(field: Field, value: object): boolean {
  if (!field.omitEmpty) return false;
  const content = fieldOf(value, field);
  return (
    content === undefined || content === "" || (field.type === "labels" && Object.keys(content as object).length === 0)
  );
}

function encodeLabels(labels: object): string {
  const members = Object.entries(labels).sort(([a], [b]) => compareBytes(a, b));
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
}
