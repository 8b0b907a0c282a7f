import { compareKeys } from "./compare-keys.ts";
import type { EmitNode } from "./emit.ts";
import { resolveScalar, STR_TAG } from "./resolve.ts";
import { YamlFloat, type YamlValue } from "./value.ts";

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

export const NULL: EmitNode = { kind: "scalar", value: "null", style: "plain" };

/** A string, quoted where without quotes it would be read as something else. */
export function encodeString(value: string): EmitNode {
  if (value.includes("\n")) return { kind: "scalar", value, style: "literal" };
  const plain = resolveScalar("", value).tag === STR_TAG && !BASE_60.test(value);
  return { kind: "scalar", value, style: plain ? "plain" : "double" };
}

export function encodeBoolean(value: boolean): EmitNode {
  return { kind: "scalar", value: String(value), style: "plain" };
}

export function encodeInteger(value: number | bigint): EmitNode {
  return { kind: "scalar", value: String(value), style: "plain" };
}

/** As Go's FormatFloat with `g`: an exponent from a million on. */
export function encodeFloat(value: number): EmitNode {
  return { kind: "scalar", value: formatFloat(value), style: "plain" };
}

/** As Go's FormatFloat with `g` and as few digits as it takes; infinities and NaN as YAML writes them. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** A value of no fixed type, its maps sorted by key. */
export function encodeValue(value: YamlValue): EmitNode {
  if (value === null) return NULL;
  if (typeof value === "string") return encodeString(value);
  if (typeof value === "boolean") return encodeBoolean(value);
  if (typeof value === "number" || typeof value === "bigint") return encodeInteger(value);
  if (value instanceof YamlFloat) return encodeFloat(value.value);
  if (value instanceof Map) {
    const entries = [...value.entries()].sort((a, b) => compareKeys(a[0], b[0]));
    return { kind: "mapping", entries: entries.map(([k, v]) => [encodeValue(k), encodeValue(v)]), flow: false };
  }
  return { kind: "sequence", items: (value as readonly YamlValue[]).map(encodeValue), flow: false };
}
