import { measure } from "../json/scan.ts";
import { RequestError } from "./respond.ts";

/**
 * The largest body read. Upstream has no limit; this one is a thousand times what Prometheus sends at once and keeps one
 * request from taking all the memory.
 */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The most JSON values in a body: five times what 50,000 alerts have. Each costs far more memory than it takes to write. */
const MAX_BODY_VALUES = 4_000_000;

/** A body up to this size is bearable whatever it holds. */
const UNMEASURED_BYTES = 256 * 1024;

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

/**
 * Refuses a body that would take gigabytes to decode.
 *
 * @returns whether its values stand too deep in each other for JSON.parse, which takes any depth and all the memory it needs
 * @throws RequestError 413
 */
export function isTooDeep(bytes: Uint8Array): boolean {
  if (bytes.length <= UNMEASURED_BYTES) return false;
  const { deep, values } = measure(bytes);
  if (values > MAX_BODY_VALUES) {
    throw new RequestError(413, `request body has more than ${MAX_BODY_VALUES} values`);
  }
  return deep;
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
