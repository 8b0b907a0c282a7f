import { documentKey } from "../core/documents/document.ts";
import type { DocumentRow } from "../core/interfaces/storage.ts";
import { ChannelError } from "./errors.ts";
import { pieces, type OnLeftOut } from "./payload.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Documents as lines of JSON, in pieces of a size to send. */
export function encodedDocuments(rows: Iterable<DocumentRow>, onLeftOut: OnLeftOut): Generator<Uint8Array> {
  return pieces(
    rows,
    ({ kind, key, updatedAt, content }) => encoder.encode(`${JSON.stringify({ kind, key, updatedAt, content })}\n`),
    (row) => `document ${documentKey(row)}`,
    onLeftOut,
  );
}

/** Reads documents another member sent. @throws ChannelError `malformed` */
export function decodedDocuments(payload: Uint8Array): DocumentRow[] {
  try {
    const lines = decoder.decode(payload).split("\n").slice(0, -1);
    return lines.map((line) => documentRow(JSON.parse(line) as Readonly<Record<string, unknown>> | null));
  } catch (error) {
    throw new ChannelError("malformed", `documents that cannot be read: ${(error as Error).message}`);
  }
}

function documentRow(value: Readonly<Record<string, unknown>> | null): DocumentRow {
  const { kind, key, updatedAt, content = null } = value ?? {};
  if (typeof kind !== "string" || typeof key !== "string") throw new Error("a kind and a key were expected");
  if (!Number.isSafeInteger(updatedAt)) throw new Error(`document ${key}: a time was expected`);
  return { kind, key, updatedAt: updatedAt as number, content };
}
