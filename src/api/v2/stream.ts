import { JSON_HEADERS } from "./respond.ts";

/** Under this an answer is sent in one piece, with its length; roughly bytes. */
const PIECE = 512 * 1024;

/** What to do once a streamed answer has been sent or given up. */
const ends = new WeakMap<Response, (() => void)[]>();

/**
 * A list as JSON, made piece by piece as the client takes it: an answer of 40 MB then needs a piece of memory and not
 * three times its size, and other requests get their turn between pieces.
 *
 * @param texts each one or more elements, joined by commas; never empty
 */
export function jsonList(texts: Iterator<string>): Response {
  const first = piece(texts, "[");
  if (first.done) return new Response(`${first.text}]\n`, { headers: JSON_HEADERS });
  const callbacks: (() => void)[] = [];
  const body = rest(first.text, texts, callbacks) as unknown as ReadableStream;
  const response = new Response(body, { headers: JSON_HEADERS });
  ends.set(response, callbacks);
  return response;
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

/** Whether an answer is being made piece by piece. */
export function isStreamed(response: Response): boolean {
  return ends.has(response);
}

// eslint-disable-next-line typescript/require-await -- a body has to be an asynchronous iterable
async function* rest(
  first: string,
  texts: Iterator<string>,
  callbacks: readonly (() => void)[],
): AsyncGenerator<string> {
  try {
    yield first;
    for (;;) {
      const { text, done } = piece(texts, ",");
      yield done ? `${text}]\n` : text;
      if (done) return;
    }
  } finally {
    for (const callback of callbacks) callback();
  }
}

/** Elements up to a piece's size, `start` before the first of them. */
function piece(texts: Iterator<string>, start: "[" | ","): { readonly text: string; readonly done: boolean } {
  const parts: string[] = [];
  let size = 0;
  while (size < PIECE) {
    const next = texts.next();
    if (next.done === true) {
      const opening = start === "[" || parts.length > 0 ? start : "";
      return { text: opening + parts.join(","), done: true };
    }
    parts.push(next.value);
    size += next.value.length;
  }
  return { text: start + parts.join(","), done: false };
}
