import { DecodeError } from "../../api/v2/decode.ts";
import { escapeHTML } from "../../api/json/quote.ts";
import { scanFirstValue } from "../../api/json/scan.ts";
import { goQuote } from "../../core/model/goquote.ts";
import { decodeList, decodeObject } from "./json-model.ts";
import type { NamedFailure, Operation } from "./operations.ts";

/** An answer of the API that is no success, in the words of upstream's client. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** How a body of some media type is read. */
type Reader = "json" | "text" | "bytes";

const READERS: Readonly<Record<string, Reader>> = {
  "application/json": "json",
  "text/plain": "text",
  "text/html": "text",
  "multipart/form-data": "bytes",
  "application/x-www-form-urlencoded": "bytes",
  "application/octet-stream": "bytes",
};

/**
 * What an answer holds, undefined for nothing.
 *
 * @throws ApiError for a failure; Error in Go's words for an answer that cannot be read
 */
export function readResponse(operation: Operation, status: number, contentType: string, body: Uint8Array): unknown {
  const reader = readerOf(contentType === "" ? "application/json" : contentType);
  if (status === 200) return readResult(operation, reader, body);
  const { id, method, path } = operation;
  const failure = operation.failures[status];
  if (failure === undefined) throw new ApiError(`[${method} ${path}] ${id} (status ${status}): {}`, status);
  throw new ApiError(`[${method} ${path}][${status}] ${id}${failure.name}${payload(failure, reader, body)}`, status);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function readerOf(contentType: string): Reader {
  const type = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  const [main = "", sub, ...more] = type.split("/");
  const bad = mediaTypeError(main, sub, more);
  if (bad !== undefined) throw new Error(`parse content type: mime: ${bad}`);
  const reader = READERS[type];
  if (reader === undefined) throw new Error(`no consumer: ${goQuote(contentType)}`);
  return reader;
}

function mediaTypeError(main: string, sub: string | undefined, more: readonly string[]): string | undefined {
  if (!TOKEN.test(main)) return "no media type";
  if (sub === undefined) return undefined;
  if (!TOKEN.test(sub)) return "expected token after slash";
  return more.length > 0 ? "unexpected content after media subtype" : undefined;
}

function readResult(operation: Operation, reader: Reader, body: Uint8Array): unknown {
  const { result, emptyResult } = operation;
  if (result === undefined) return undefined;
  if (reader === "text" && body.length > 0) {
    throw new Error(
      `${emptyResult} is not supported by the TextConsumer, can be resolved by supporting TextUnmarshaler interface`,
    );
  }
  if (reader === "bytes" && result.kind === "list") {
    throw new Error(
      `${emptyResult} is not supported by the ByteStreamConsumer, can be resolved by supporting Writer/BinaryUnmarshaler interface`,
    );
  }
  const value = scanFirstValue(body);
  if (value === undefined) return undefined;
  return result.kind === "list" ? decodeList(value, result) : decodeObject(value, result);
}

function payload(failure: NamedFailure, reader: Reader, body: Uint8Array): string {
  if (!failure.hasPayload) return "";
  const text = reader === "json" ? jsonString(body) : new TextDecoder().decode(body);
  return ` ${escapeHTML(JSON.stringify(text))}`;
}

function jsonString(body: Uint8Array): string {
  const value = scanFirstValue(body);
  if (value === undefined || value.kind === "null") return "";
  if (value.kind !== "string")
    throw new DecodeError(`json: cannot unmarshal ${value.kind} into Go value of type string`);
  return value.text;
}
