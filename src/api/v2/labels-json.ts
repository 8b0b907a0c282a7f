import type { LabelSet } from "../../core/model/labels.ts";

/**
 * A label set as an object that JSON.stringify writes in the set's own order.
 *
 * @returns undefined when a name begins with a digit, which objects may sort to the front, or is `__proto__`
 */
export function labelsObject(labels: LabelSet): Record<string, string> | undefined {
  const { names, values } = labels;
  const object: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const first = name.charCodeAt(0);
    if ((first >= 0x30 && first <= 0x39) || name === "__proto__") return undefined;
    object[name] = values[i] as string;
  }
  return object;
}

/** A label set as JSON text, whatever its names. */
export function labelsJSON(labels: LabelSet): string {
  const object = labelsObject(labels);
  if (object !== undefined) return JSON.stringify(object);
  const members = labels.names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(labels.values[i])}`);
  return `{${members.join(",")}}`;
}
