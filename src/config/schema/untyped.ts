import { goQuote } from "../../core/model/goquote.ts";
import { encodeValue, formatFloat } from "../yaml/encode.ts";
import { YamlError } from "../yaml/error.ts";
import type { MappingNode } from "../yaml/node.ts";
import type { Resolved } from "../yaml/resolve.ts";
import { YamlFloat, type YamlScalar, type YamlValue } from "../yaml/value.ts";
import type { Decoder } from "./decoder.ts";
import { map } from "./collections.ts";
import { FAILED, type Type } from "./type.ts";

/** Go's empty interface: whatever the file holds. */
const untyped: Type<YamlValue> = {
  name: "interface {}",
  ofText: (text) => text,
  zero: () => null,
  decode(node, _, decoder) {
    if (node.kind === "scalar") return fromResolved(decoder.resolve(node));
    if (node.kind === "mapping") return decodeMap(node, decoder);
    const items: YamlValue[] = [];
    for (const child of node.items) {
      const item = decoder.decode(child, untyped);
      if (item !== FAILED) items.push(item);
    }
    return items;
  },
  isZero: (value) => value === null,
  encode: encodeValue,
};

export const untypedMap = map(untyped, "map[string]interface {}");

function fromResolved({ value }: Resolved): YamlScalar {
  return typeof value === "bigint" ? shrink(value) : value;
}

function shrink(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function decodeMap(node: MappingNode, decoder: Decoder): Map<YamlScalar, YamlValue> {
  const value = new Map<YamlScalar, YamlValue>();
  const seen = new Map<string, YamlScalar>();
  fill(node, value, seen, decoder);
  return value;
}

function fill(
  node: MappingNode,
  into: Map<YamlScalar, YamlValue>,
  seen: Map<string, YamlScalar>,
  decoder: Decoder,
): void {
  decoder.eachPair(
    node,
    (keyNode, valueNode) => {
      const key = decoder.decode(keyNode, untyped);
      if (key === FAILED) return;
      if (!isScalar(key)) throw new YamlError(`invalid map key: ${goSyntax(key)}`);
      const item = decoder.decode(valueNode, untyped);
      if (item === FAILED) return;
      const text = `${key instanceof YamlFloat ? "float" : typeof key} ${goSyntax(key)}`;
      if (seen.has(text)) {
        decoder.fail(valueNode, `key ${goSyntax(key)} already set in map`);
        return;
      }
      seen.set(text, key);
      into.set(key, item);
    },
    (merged) => fill(merged, into, seen, decoder),
  );
}

function isScalar(value: YamlValue): value is YamlScalar {
  return !Array.isArray(value) && !(value instanceof Map);
}

/** As Go's `%#v`. */
function goSyntax(value: YamlValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "string") return goQuote(value);
  if (value instanceof YamlFloat) return goFloat(value.value);
  // Beyond int64 it is unsigned, which Go shows in hex.
  if (typeof value === "bigint" && value >= 1n << 63n) return `0x${value.toString(16)}`;
  if (value instanceof Map) {
    const pairs = [...value.entries()].map(([k, v]) => `${goSyntaxInside(k)}:${goSyntaxInside(v)}`);
    return `map[interface {}]interface {}{${pairs.join(", ")}}`;
  }
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntaxInside).join(", ")}}`;
  return String(value);
}

function goSyntaxInside(value: YamlValue): string {
  return value === null ? "interface {}(nil)" : goSyntax(value);
}

function goFloat(value: number): string {
  if (Number.isFinite(value)) return formatFloat(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** Whatever the file holds, undefined where it holds nothing or null. */
export const untypedOrNone: Type<YamlValue | undefined> = {
  name: untyped.name,
  ofText: (text) => text,
  zero: () => undefined,
  decode(node, _, decoder) {
    const value = untyped.decode(node, null, decoder);
    return value === null ? undefined : value;
  },
  isZero: (value) => value === undefined,
  encode: (value) => encodeValue(value ?? null),
};
