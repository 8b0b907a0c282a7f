import { JSONSyntaxError, scanFirstValue } from "../api/json/scan.ts";
import { foldKey } from "../api/v2/decode.ts";
import { lengthOfValue } from "../api/json/length.ts";
import { checkJson } from "../api/json/check.ts";

/** What a receiver's answer is read as; its Go types stand in the errors. */
export type Shape = "string" | "int" | "bool" | "any" | Struct | { readonly list: "string" | Struct };

export interface Struct {
  /** Go's name of the type: `wechat.token`. */
  readonly goType: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

/**
 * Decodes an answer into a Go struct: keys match in any case, unknown ones are left out, null is absence.
 *
 * @throws Error in the words of Go's json.Unmarshal
 */
export function unmarshal<T extends object>(text: string, struct: Struct): T {
  try {
    checkJson(text);
  } catch (error) {
    throw endOfInput(text, error as Error);
  }
  return decode(JSON.parse(text), struct, "", "") as T;
}

/**
 * The same for the first value of a text; what follows it is not looked at.
 *
 * @throws Error in the words of Go's json.Decoder
 */
export function decodeFirst<T extends object>(text: string, struct: Struct): T {
  const bytes = new TextEncoder().encode(text);
  if (scanFirstValue(bytes) === undefined) throw new JSONSyntaxError("EOF");
  const first = new TextDecoder().decode(bytes.subarray(0, lengthOfValue(bytes)));
  return decode(JSON.parse(first), struct, "", "") as T;
}

/** Go looks whether a space could follow where the text ends, and complains of the space if not. */
function endOfInput(text: string, error: Error): Error {
  if (error.message !== "unexpected end of JSON input") return error;
  try {
    scanFirstValue(new TextEncoder().encode(`${text} `));
  } catch (atSpace) {
    if ((atSpace as Error).message !== "unexpected EOF") return atSpace as Error;
  }
  return error;
}

/** @param owner the name of the struct that `path` is a field of */
function decode(value: unknown, shape: Shape, owner: string, path: string): unknown {
  if (shape === "any") return value;
  if (typeof shape === "string") {
    if (value === null) return undefined;
    if (shape === "int" ? Number.isSafeInteger(value) : kindOf(value) === shape) return value;
    throw mismatch(value, owner, path, shape);
  }
  if ("list" in shape) {
    if (value === null) return undefined;
    if (!Array.isArray(value))
      throw mismatch(value, owner, path, `[]${shape.list === "string" ? "string" : shape.list.goType}`);
    return value.map((item) => decode(item, shape.list, owner, path));
  }
  if (value === null) return {};
  if (kindOf(value) !== "object") throw mismatch(value, owner, path, shape.goType);
  const decoded: Record<string, unknown> = {};
  const name = /^\w+\.(\w+)$/.exec(shape.goType)?.[1] ?? "";
  for (const [key, member] of Object.entries(value as object)) {
    const field = Object.keys(shape.fields).find((each) => foldKey(each) === foldKey(key));
    if (field === undefined) continue;
    const inside = path === "" ? field : `${path}.${field}`;
    decoded[field] = decode(member, shape.fields[field] as Shape, name, inside) ?? decoded[field];
  }
  return decoded;
}

function mismatch(value: unknown, owner: string, path: string, type: string): Error {
  const kind = type === "int" && typeof value === "number" ? `number ${value}` : kindOf(value);
  const into = path === "" ? `value of type ${type}` : `struct field ${owner}.${path} of type ${type}`;
  return new Error(`json: cannot unmarshal ${kind} into Go ${into}`);
}

/** Go's word for what a value is. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
