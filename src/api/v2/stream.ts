import { Chunk } from "./chunk.ts";
import { JSON_HEADERS } from "./respond.ts";

/** Whoever has the elements of a list. */
export interface Elements {
  /** About how many bytes they take; what is too low costs only time. */
  readonly size: number;

  /**
   * Adds the next elements, as many as fit, commas between them and before them included.
   *
   * @returns false when these were the last
   */
  next(chunk: Chunk): boolean;
}

/** The most sent at a time, bytes: large enough that the system calls do not matter. */
const LARGEST = 256 * 1024;
const SMALLEST = 1024;

/** What to do once a streamed answer has been sent or given up. */
const ends = new WeakMap<Response, (() => void)[]>();

/**
 * A list as JSON, made bit by bit as the client takes it: an answer of 40 MB then needs one chunk of memory, and other requests
 * get their turn in between. One that fits into a chunk is made whole and goes out with its length.
 */
export function jsonList(elements: Elements): Response {
  const chunk = new Chunk(Math.min(Math.max(elements.size, SMALLEST), LARGEST));
  chunk.addText("[");
  if (!elements.next(chunk) && chunk.addText("]\n")) return new Response(chunk.take(), { headers: JSON_HEADERS });
  return endingResponse(chunks(chunk, elements), JSON_HEADERS);
}

/**
 * An answer that is made bit by bit as the client takes it; HEAD takes nothing of it.
 *
 * @param done called once when it has ended, or the client has gone away
 */
export function streamed(
  request: Request,
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  headers: Readonly<Record<string, string>>,
  done: () => void,
): Response {
  if (request.method === "HEAD") {
    done();
    return new Response(null, { headers });
  }
  const response = endingResponse(pieces, headers);
  onEnd(request, response, done);
  return response;
}

function endingResponse(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  headers: Readonly<Record<string, string>>,
): Response {
  const callbacks: (() => void)[] = [];
  const response = new Response(untilTheEnd(pieces, callbacks) as unknown as ReadableStream, { headers });
  ends.set(response, callbacks);
  return response;
}

async function* untilTheEnd(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  callbacks: readonly (() => void)[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* pieces;
  } finally {
    for (const callback of callbacks) callback();
  }
}

/**
 * Has `callback` called once when a streamed answer ends, or the client goes away.
 *
 * @returns false, and calls nothing, for an answer that is already complete
 */
export function onEnd(request: Request, response: Response, callback: () => void): boolean {
  const callbacks = ends.get(response);
  if (callbacks === undefined) return false;
  let called = false;
  const once = () => {
    if (!called) callback();
    called = true;
  };
  callbacks.push(once);
  // A body that nobody began to read has no end of its own, and whoever has gone already does not go again.
  if (request.signal.aborted) once();
  else request.signal.addEventListener("abort", once, { once: true });
  return true;
}

/** Lets go of an answer that nobody will be sent. */
export function giveUp(response: Response): void {
  for (const callback of ends.get(response) ?? []) callback();
}

/**
 * All of it is the same memory: the server has sent or copied one part before it asks for the next.
 *
 * @param chunk the beginning, at hand
 */
async function* chunks(chunk: Chunk, elements: Elements): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  do yield chunk.take();
  while (elements.next(chunk) || !chunk.addText("]\n"));
  yield chunk.take();
}
