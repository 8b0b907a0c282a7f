import type { YamlScalar, YamlValue } from "../config/yaml/value.ts";
import type { TemplateData } from "./data.ts";
import type { TemplateSet } from "./set.ts";
import { retype } from "./retype.ts";

/**
 * Expands a configured value of any shape (spec §9.4): every string as a text template whose result is read as YAML and
 * so may become a number, a list or a map; a result that is a string, or no YAML, stays the text it is. Keys are expanded
 * and stay strings; keys that are not strings are dropped with what they lead to.
 *
 * @throws TemplateError
 */
export function expandStructured(value: YamlValue, set: TemplateSet, data: TemplateData): YamlValue {
  if (typeof value === "string") return retype(set.text(value, data));
  if (Array.isArray(value)) return value.map((item: YamlValue) => expandStructured(item, set, data));
  if (!(value instanceof Map)) return value;
  const expanded = new Map<YamlScalar, YamlValue>();
  for (const [key, item] of value as ReadonlyMap<YamlScalar, YamlValue>) {
    if (typeof key !== "string") continue;
    expanded.set(set.text(key, data), expandStructured(item, set, data));
  }
  return expanded;
}
