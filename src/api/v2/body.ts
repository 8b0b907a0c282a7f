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

/** A request's body, read when first asked for and at most once. */
export class Body {
  readonly #request: Request;
  #bytes: Promise<Uint8Array> | undefined;

  constructor(request: Request) {
    this.#request = request;
  }

  /** Whether there is a body, so that its type matters: one of a stated length above 0, or a chunked one with a byte. */
  exists(): boolean | Promise<boolean> {
    const length = this.#request.headers.get("content-length");
    if (length !== null) return Number(length) > 0;
    if (this.#request.body === null) return false;
    return this.bytes().then((bytes) => bytes.length > 0);
  }

  /** @throws RequestError 413 */
  bytes(): Promise<Uint8Array> {
    this.#bytes ??= read(this.#request);
    return this.#bytes;
  }
}

async function read(request: Request): Promise<Uint8Array> {
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
