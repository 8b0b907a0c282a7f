import { JSON_HEADERS } from "./respond.ts";

/** Whoever has the elements of a list, as text in pieces. */
export interface Elements {
  /**
   * Appends the next elements, some 64 KB of them, commas between them and before them included.
   *
   * @returns false when these were the last
   */
  next(pieces: string[]): boolean;
}

/** Up to here pieces are joined to strings, which is quickest; roughly bytes. */
const JOINED = 8 * 1024 * 1024;

/** From there on they are written to one buffer of this size, so that an answer of any length leaves no garbage. */
const BUFFER = 256 * 1024;

/** UTF-8 takes at most three bytes for a character of a string. */
const WIDEST = 3;

/** What to do once a streamed answer has been sent or given up. */
const ends = new WeakMap<Response, (() => void)[]>();

/**
 * A list as JSON, made bit by bit as the client takes it: an answer of 40 MB then needs a buffer of memory and not three times
 * its size, and other requests get their turn in between. A short one is made whole and goes out with its length.
 */
export function jsonList(elements: Elements): Response {
  const pieces = ["["];
  if (!elements.next(pieces)) {
    pieces.push("]\n");
    return new Response(pieces.join(""), { headers: JSON_HEADERS });
  }
  const callbacks: (() => void)[] = [];
  const body = stream(pieces, elements, callbacks) as unknown as ReadableStream;
  const response = new Response(body, { headers: JSON_HEADERS });
  ends.set(response, callbacks);
  return response;
}

/**
 * An answer that is made bit by bit as the client takes it.
 *
 * @param done called once when it has ended, or the client has gone away
 */
export function streamed(
  request: Request,
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  headers: Readonly<Record<string, string>>,
  done: () => void,
): Response {
  const callbacks: (() => void)[] = [];
  const response = new Response(untilTheEnd(pieces, callbacks) as unknown as ReadableStream, { headers });
  ends.set(response, callbacks);
  onEnd(request, response, done);
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
  // A body that nobody began to read has no end of its own.
  request.signal.addEventListener("abort", once, { once: true });
  return true;
}

/** @param pieces the beginning, at hand */
async function* stream(
  pieces: string[],
  elements: Elements,
  callbacks: readonly (() => void)[],
): AsyncGenerator<string | Uint8Array> {
  let more = true;
  const advance = () => {
    pieces.length = 0;
    more = elements.next(pieces);
    if (!more) pieces.push("]\n");
  };
  try {
    for (let sent = 0; sent < JOINED; advance()) {
      const text = pieces.join("");
      yield text;
      if (!more) return;
      sent += text.length;
    }
    // All chunks are the same memory from here on: the server has sent or copied one before it asks for the next.
    const buffer = Buffer.allocUnsafe(BUFFER);
    for (let used = 0; ; advance()) {
      for (const piece of pieces) {
        const most = piece.length * WIDEST;
        if (used + most > BUFFER) {
          yield buffer.subarray(0, used);
          used = 0;
        }
        if (most > BUFFER) yield Buffer.from(piece);
        else used += buffer.write(piece, used, "utf8");
      }
      if (more) continue;
      yield buffer.subarray(0, used);
      return;
    }
  } finally {
    for (const callback of callbacks) callback();
  }
}
