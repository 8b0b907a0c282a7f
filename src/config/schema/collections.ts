import { ConfigError } from "../error.ts";
import { goQuote } from "../../core/model/goquote.ts";
import { encodeString, NULL } from "../yaml/encode.ts";
import { compareStrings } from "../yaml/compare-keys.ts";
import type { MappingNode } from "../yaml/node.ts";
import type { Decoder } from "./decoder.ts";
import { string } from "./scalars.ts";
import { FAILED, type ContentNode, type Failed, type Type } from "./type.ts";

/** Go's pointer: null is undefined, and so is what was not given. */
export function optional<T>(type: Type<T>): Type<T | undefined> {
  return {
    name: type.name,
    goName: `*${type.goName ?? type.name}`,
    zero: () => undefined,
    decode: (node, current, decoder) => type.decode(node, current ?? type.zero(), decoder),
    isZero: (value) => value === undefined,
    encode: (value, encoder) => (value === undefined ? NULL : type.encode(value, encoder)),
  };
}

/** @param element Go's name of the element's type, with a `*` for a pointer */
export function list<T>(type: Type<T>, element: string): Type<T[]> {
  const name = `[]${element}`;
  return {
    name,
    zero: () => [],
    decode: (node, _, decoder) => decodeList(node, type, name, decoder),
    isZero: (value) => value.length === 0,
    encode: (value, encoder) => {
      const flow = encoder.takeFlow();
      return { kind: "sequence", items: value.map((item) => type.encode(item, encoder)), flow };
    },
  };
}

/** A list for which null, or no key, is something else than []. */
export function nilableList<T>(type: Type<T>, element: string): Type<T[] | undefined> {
  const inner = list(type, element);
  return {
    ...optional(inner),
    goName: inner.name,
    isZero: (value) => value === undefined || value.length === 0,
    encode: (value, encoder) => inner.encode(value ?? [], encoder),
  };
}

function decodeList<T>(node: ContentNode, type: Type<T>, name: string, decoder: Decoder): T[] | Failed {
  if (node.kind === "mapping") return decoder.mismatch(node, name);
  if (node.kind === "scalar") {
    const { tag, value } = decoder.resolve(node);
    return value === null ? [] : decoder.mismatch(node, name, tag);
  }
  const items: T[] = [];
  for (const child of node.items) {
    const item = decoder.decode(child, type);
    if (item !== FAILED) items.push(item);
  }
  return items;
}

interface MapOptions {
  readonly keyType?: Type<string>;
  /**
   * Upstream has the map inside a struct that takes all its keys: a value of a wrong type is kept as an empty one, and a
   * merge starts the map anew.
   */
  readonly inline?: boolean;
}

/** A map with string keys, as an object without prototype so that no key can collide with a property. */
export function map<T>(type: Type<T>, name: string, options: MapOptions = {}): Type<Record<string, T>> {
  const { keyType = string, inline = false } = options;
  const fill = (node: MappingNode, into: Record<string, T>, decoder: Decoder): void => {
    decoder.eachPair(
      node,
      (keyNode, valueNode) => {
        const key = decoder.decode(keyNode, keyType);
        if (key === FAILED) return;
        let value = decoder.decode(valueNode, type);
        if (value === FAILED && inline) value = type.zero();
        if (value === FAILED) return;
        if (key in into) decoder.fail(valueNode, `key ${goQuote(key)} already set in map`);
        else into[key] = value;
      },
      (merged) => {
        if (inline) for (const key of Object.keys(into)) delete into[key];
        fill(merged, into, decoder);
      },
    );
  };
  return {
    name,
    zero: () => Object.create(null) as Record<string, T>,
    decode(node, current, decoder) {
      if (node.kind === "sequence") return decoder.mismatch(node, name);
      if (node.kind === "scalar") {
        const { tag, value } = decoder.resolve(node);
        return value === null ? this.zero() : decoder.mismatch(node, name, tag);
      }
      fill(node, current, decoder);
      return current;
    },
    isZero: (value) => Object.keys(value).length === 0,
    encode(value, encoder) {
      const flow = encoder.takeFlow();
      const keys = Object.keys(value).sort(compareStrings);
      const entries = keys.map((key) => [encodeString(key), type.encode(value[key] as T, encoder)] as const);
      return { kind: "mapping", entries, flow };
    },
  };
}

export const stringMap = map(string, "map[string]string");
export const strings = list(string, "string");

/** A type read as another and then converted. What `convert` throws ends the decoding. */
export function converted<S, T>(
  from: Type<S>,
  as: {
    /** Go's name of the type, with a `*` for a pointer. */
    readonly goName: string;
    readonly ofText?: (text: string) => T;
    readonly zero: () => T;
    readonly convert: (value: S, decoder: Decoder) => T;
    readonly isZero: (value: T) => boolean;
    readonly encode: Type<T>["encode"];
  },
): Type<T> {
  return {
    name: from.name,
    goName: as.goName,
    ...(as.ofText === undefined ? {} : { ofText: as.ofText }),
    zero: as.zero,
    decode(node, _, decoder) {
      const before = decoder.errors.length;
      const value = decoder.decode(node, from);
      if (value === FAILED || decoder.errors.length > before) return FAILED;
      return as.convert(value, decoder);
    },
    isZero: as.isZero,
    encode: as.encode,
  };
}

/** @throws ConfigError always */
export function refuse(message: string): never {
  throw new ConfigError(message);
}
