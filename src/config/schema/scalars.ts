import { formatGoDuration, parseGoDuration } from "../../core/model/duration.ts";
import { encodeBoolean, encodeFloat, encodeInteger, encodeString } from "../yaml/encode.ts";
import { BINARY_TAG } from "../yaml/resolve.ts";
import { YamlFloat } from "../yaml/value.ts";
import type { Decoder } from "./decoder.ts";
import { FAILED, type ContentNode, type Failed, type Type } from "./type.ts";

/** A string; any scalar is one, by its text. */
export function stringNamed(name: string): Type<string> {
  return {
    name,
    zero: () => "",
    decode(node, _, decoder) {
      if (node.kind !== "scalar") return decoder.mismatch(node, name);
      const { tag, value } = decoder.resolve(node);
      if (value === null) return "";
      return tag === BINARY_TAG ? (value as string) : node.value;
    },
    isZero: (value) => value === "",
    encode: encodeString,
  };
}

export const string = stringNamed("string");

export const bool: Type<boolean> = {
  name: "bool",
  zero: () => false,
  decode(node, _, decoder) {
    if (node.kind !== "scalar") return decoder.mismatch(node, "bool");
    const { tag, value } = decoder.resolve(node);
    if (value === null) return false;
    return typeof value === "boolean" ? value : decoder.mismatch(node, "bool", tag);
  },
  isZero: (value) => !value,
  encode: encodeBoolean,
};

export const int = integer("int", -(1n << 63n), (1n << 63n) - 1n);
export const int64 = integer("int64", -(1n << 63n), (1n << 63n) - 1n);
export const uint64 = integer("uint64", 0n, (1n << 64n) - 1n);

/** An integer of 64 bits. A float loses its decimals, as in yaml.v2. */
function integer(name: string, min: bigint, max: bigint): Type<bigint> {
  return {
    name,
    zero: () => 0n,
    decode(node, _, decoder) {
      const number = numberOf(node, name, decoder);
      if (number === FAILED) return FAILED;
      const inRange = number !== undefined && number >= min && number <= max;
      return inRange ? number : decoder.mismatch(node, name, decoder.resolve(node as never).tag);
    },
    isZero: (value) => value === 0n,
    encode: encodeInteger,
  };
}

/** Undefined for a scalar that is no finite number. */
function numberOf(node: ContentNode, name: string, decoder: Decoder): bigint | undefined | Failed {
  if (node.kind !== "scalar") return decoder.mismatch(node, name);
  const { value } = decoder.resolve(node);
  if (value === null) return 0n;
  if (typeof value === "bigint") return value;
  return value instanceof YamlFloat && Number.isFinite(value.value) ? BigInt(Math.trunc(value.value)) : undefined;
}

export const float64: Type<number> = {
  name: "float64",
  zero: () => 0,
  decode(node, _, decoder) {
    if (node.kind !== "scalar") return decoder.mismatch(node, "float64");
    const { tag, value } = decoder.resolve(node);
    if (value === null) return 0;
    if (typeof value === "bigint") return Number(value);
    return value instanceof YamlFloat ? value.value : decoder.mismatch(node, "float64", tag);
  },
  isZero: (value) => value === 0,
  encode: encodeFloat,
};

/** A Go duration in ms: Go's syntax, or a number of nanoseconds. */
export const goDuration: Type<number> = {
  name: "time.Duration",
  zero: () => 0,
  decode(node, _, decoder) {
    if (node.kind !== "scalar") return decoder.mismatch(node, "time.Duration");
    const { tag, value } = decoder.resolve(node);
    if (typeof value === "string") {
      try {
        return parseGoDuration(value);
      } catch {
        return decoder.mismatch(node, "time.Duration", tag);
      }
    }
    const nanoseconds = int64.decode(node, 0n, decoder);
    if (nanoseconds !== FAILED) return Number(nanoseconds) / 1e6;
    decoder.errors.pop();
    return decoder.mismatch(node, "time.Duration", tag);
  },
  isZero: (value) => value === 0,
  encode: (value) => encodeString(formatGoDuration(value)),
};
