import http from "node:http";
import type { Logger } from "../../core/interfaces/logging.ts";
import { type Plain, errorText, toResponse } from "../plain.ts";
import { dotSegmentRoutes } from "./dot-segments.ts";

/** The longest the runtime lets a connection be idle, s. Prometheus keeps its connections open between evaluations. */
const IDLE_SECONDS = 255;

/** Twice what the API reads of a body, so that what is too large is refused there, in words. */
const LARGEST_BODY = 128 * 1024 * 1024;

/** Go's limit for the request line and the headers together, bytes. */
const LARGEST_HEAD = 1024 * 1024 + 4096;

export type BunServer = Bun.Server<undefined>;

export interface HTTPServerOptions {
  /** An IP address. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Whether clients may speak HTTP/2. */
  readonly http2: boolean;
  readonly answer: (request: Request, server: BunServer) => Response | Promise<Response>;
  readonly log: Logger;
}

export interface HTTPServer {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections, ends idle ones, and resolves once every answer under way has been sent. */
  stop(): Promise<void>;
  destroy(): void;
}

const MALFORMED_HOST: Plain = {
  status: 400,
  headers: { "Content-Type": "text/plain; charset=utf-8", Connection: "close" },
  body: "400 Bad Request: malformed Host header",
};

/** Begins to listen. @throws Error with a system error's code */
export function serveHTTP({ host, port, http2, answer, log }: HTTPServerOptions): HTTPServer {
  // The runtime takes its limit from here, once, when a server is made.
  (http as { maxHeaderSize: number }).maxHeaderSize = LARGEST_HEAD;

  const handle = (request: Request, server: BunServer): Response | Promise<Response> =>
    // A URL without a host: HTTP/1.0 need not send one.
    request.url.startsWith("/") ? answerHostless(request, server) : answer(request, server);

  function answerHostless(request: Request, server: BunServer): Response | Promise<Response> {
    if (request.headers.has("host")) return toResponse(MALFORMED_HOST, request.method);
    return answer(new Request(`http://localhost${request.url}`, request), server);
  }

  const server: BunServer = Bun.serve({
    hostname: host,
    port,
    http2,
    idleTimeout: IDLE_SECONDS,
    maxRequestBodySize: LARGEST_BODY,
    development: false,
    // Outside development the runtime would share the port with whoever else does, and say nothing of an address in use.
    reusePort: false,
    routes: dotSegmentRoutes(handle),
    fetch: handle,
    error(e) {
      log.error("A request could not be answered", { err: e });
      return toResponse(errorText(500, "Internal Server Error"), "GET");
    },
  });
  return {
    host: server.hostname ?? host,
    port: server.port ?? port,
    stop: () => server.stop(),
    destroy: () => void server.stop(true),
  };
}
