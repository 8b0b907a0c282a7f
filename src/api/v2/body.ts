import { RequestError } from "./respond.ts";

/**
 * The largest body read. Upstream has no limit; this one is a thousand times what Prometheus sends at once and keeps one
 * request from taking all the memory.
 */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

const NO_BYTES = new Uint8Array(0);

function tooLarge(): RequestError {
  return new RequestError(413, `request body is larger than ${MAX_BODY_BYTES} bytes`);
}

/**
 * Whether a request has a body, so that its type matters: as upstream, one of a stated length above 0, or a chunked one
 * with at least a byte.
 */
export function mayHaveBody(request: Request): boolean {
  const length = request.headers.get("content-length");
  return length === null ? request.headers.has("transfer-encoding") : Number(length) > 0;
}

/** Reads the body. @throws RequestError 413 */
export async function readBody(request: Request): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null) {
    if (Number(length) > MAX_BODY_BYTES) throw tooLarge();
    return request.bytes();
  }
  if (request.body === null) return NO_BYTES;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
