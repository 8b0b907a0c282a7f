import { type Timestamp, TimestampError, parseTimestamp } from "../../core/model/timestamp.ts";
import { type JSONValue, JSONSyntaxError, scanFirstValue } from "../json/scan.ts";
import { RequestError } from "./respond.ts";

/** A JSON value that does not fit the Go type it is decoded into, in Go's words. */
export class DecodeError extends Error {}

/**
 * The errors of one `json.Unmarshal` call: a value of the wrong kind is remembered and the rest decoded, and only the
 * first is told; but what a type with a decoder of its own refuses ends the call at once and wins.
 */
export class Unmarshal {
  #first: string | undefined;

  /** Remembers that a value of `kind` was found where `type` belongs, in the field `struct.path`. */
  mismatch(kind: string, struct: string, path: string, type: string): void {
    this.#first ??= fieldError(kind, struct, path, type);
  }

  /** @throws DecodeError the first mismatch */
  finish(): void {
    if (this.#first !== undefined) throw new DecodeError(this.#first);
  }
}

function fieldError(kind: string, struct: string, path: string, type: string): string {
  return `json: cannot unmarshal ${kind} into Go struct field ${struct}.${path} of type ${type}`;
}

/** @throws DecodeError for a value that is not the object or array it should be */
export function wrongValue(kind: string, type: string): never {
  throw new DecodeError(`json: cannot unmarshal ${kind} into Go value of type ${type}`);
}

/**
 * Decodes a request body exactly as upstream does, however odd it is.
 *
 * @param name `alerts` or `silence`, as errors name the body
 * @throws RequestError
 */
export function decodeBody<T>(bytes: Uint8Array, name: string, decode: (value: JSONValue) => T): T {
  try {
    const value = scanFirstValue(bytes);
    if (value !== undefined) return decode(value);
  } catch (e) {
    if (!(e instanceof JSONSyntaxError || e instanceof DecodeError || e instanceof TimestampError)) throw e;
    throw new RequestError(400, `parsing ${name} body from "" failed, because ${e.message}`);
  }
  throw missing(name);
}

/** What the framework says of a required field or body that is not there. */
export function missing(path: string): RequestError {
  return new RequestError(602, `${path} in body is required`);
}

/** Go matches field names without regard to case, the long s and the Kelvin sign included. */
export function foldKey(key: string): string {
  return key.replaceAll("ſ", "s").toLowerCase();
}

/** Adds the members of an object to a label set being filled; null empties it. */
export function decodeLabels(
  value: JSONValue,
  into: Record<string, string> | undefined,
  at: { readonly call: Unmarshal; readonly struct: string; readonly path: string },
): Record<string, string> | undefined {
  if (value.kind === "null") return undefined;
  if (value.kind !== "object") {
    at.call.mismatch(value.kind, at.struct, at.path, "models.LabelSet");
    return into;
  }
  const labels = into ?? (Object.create(null) as Record<string, string>);
  for (const [name, label] of value.members) {
    if (label.kind === "string") labels[name] = label.text;
    else if (label.kind === "null") labels[name] = "";
    else at.call.mismatch(label.kind, at.struct, at.path, "string");
  }
  return labels;
}

/**
 * A string of a type that decodes itself: a wrong kind is refused at once.
 *
 * @returns undefined for null
 * @throws DecodeError
 */
export function decodeOwnString(value: JSONValue, struct: string, path: string): string | undefined {
  if (value.kind === "null") return undefined;
  if (value.kind !== "string") throw new DecodeError(fieldError(value.kind, struct, path, "string"));
  return value.text;
}

/** @throws DecodeError, TimestampError */
export function decodeTime(value: JSONValue, struct: string, path: string): Timestamp | undefined {
  const text = decodeOwnString(value, struct, path);
  return text === undefined ? undefined : parseTimestamp(text);
}
