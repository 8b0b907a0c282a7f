import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { isStreamed } from "../v2/stream.ts";
import { dotsIn } from "./dot-segments.ts";
import type { Handle } from "./guard.ts";

/** How requests are answered. */
export interface Answer {
  readonly handle: Handle;
  /** For a path that had dots in it, which a Request does not show (spec §2.1). */
  readonly redirectDots: (request: Request, atEnd: boolean) => Response | Promise<Response>;
}

/** Lets Node's HTTP servers, which take sockets that Bun's cannot, answer by functions of requests. */
export function nodeListener(answers: Answer) {
  return (message: IncomingMessage | Http2ServerRequest, reply: ServerResponse | Http2ServerResponse): void => {
    void answer(message, reply, answers).catch(() => reply.destroy());
  };
}

async function answer(
  message: IncomingMessage | Http2ServerRequest,
  reply: ServerResponse | Http2ServerResponse,
  { handle, redirectDots }: Answer,
): Promise<void> {
  const abort = new AbortController();
  reply.on("close", () => abort.abort());
  const request = toRequest(message, abort.signal);
  const dots = dotsIn((message.url ?? "/").split("?", 1)[0] as string);
  const response = dots === undefined ? await handle(request) : await redirectDots(request, dots.atEnd);
  const out = reply as ServerResponse;
  for (const [name, value] of response.headers) out.setHeader(name, value);
  out.statusCode = response.status;
  if (!isStreamed(response)) {
    const body = await response.bytes();
    if (message.method !== "HEAD") out.setHeader("Content-Length", body.length);
    out.end(body);
    return;
  }
  for await (const chunk of response.body ?? []) {
    if (abort.signal.aborted) return;
    if (!out.write(chunk)) await drained(out, abort.signal);
  }
  out.end();
}

/** Waits until the client has taken what was written, or is gone. */
function drained(out: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    out.once("drain", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function toRequest(message: IncomingMessage | Http2ServerRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const method = message.method ?? "GET";
  const bare = method === "GET" || method === "HEAD";
  const path = message.url ?? "/";
  return new Request(`http://localhost${path.startsWith("/") ? path : "/"}`, {
    method,
    headers,
    signal,
    ...(bare ? {} : { body: bodyOf(message) }),
  });
}

function bodyOf(message: IncomingMessage | Http2ServerRequest): ReadableStream {
  return new ReadableStream({
    start(controller) {
      message.on("data", (chunk: Buffer) => {
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 1) <= 0) message.pause();
      });
      message.on("end", () => controller.close());
      message.on("error", (e) => controller.error(e));
    },
    pull() {
      message.resume();
    },
    cancel() {
      message.resume();
    },
  });
}
