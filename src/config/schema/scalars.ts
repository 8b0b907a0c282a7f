import { formatGoDuration, parseGoDuration } from "../../core/model/duration.ts";
import { encodeBoolean, encodeFloat, encodeInteger, encodeString } from "../yaml/encode.ts";
import { BINARY_TAG } from "../yaml/resolve.ts";
import { YamlFloat } from "../yaml/value.ts";
import { FAILED, type Type } from "./type.ts";

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
    ofText: (text) => text,
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

/**
 * An integer of 64 bits. A float loses its decimals; one that is out of range, but not above the largest integer as
 * floats go, becomes what the conversion makes of it on amd64 (as in yaml.v2).
 */
function integer(name: string, min: bigint, max: bigint): Type<bigint> {
  return {
    name,
    zero: () => 0n,
    decode(node, _, decoder) {
      if (node.kind !== "scalar") return decoder.mismatch(node, name);
      const { tag, value } = decoder.resolve(node);
      if (value === null) return 0n;
      if (typeof value === "bigint" && value >= min && value <= max) return value;
      if (value instanceof YamlFloat && value.value <= Number(max)) return truncate(value.value, min);
      return decoder.mismatch(node, name, tag);
    },
    isZero: (value) => value === 0n,
    encode: encodeInteger,
  };
}

function truncate(value: number, min: bigint): bigint {
  const inRange = value >= -(2 ** 63) && value < (min < 0n ? 2 ** 63 : 2 ** 64);
  const bits = inRange ? BigInt(Math.trunc(value)) : 1n << 63n;
  return min < 0n ? BigInt.asIntN(64, bits) : BigInt.asUintN(64, bits);
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
