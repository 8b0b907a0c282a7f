import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { TLSSocket } from "node:tls";
import { contextError } from "./errors.ts";
import { BodyCollector, type RawResponse } from "./response.ts";

/** One HTTP/2 connection, shared by all requests to its host. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  #alive = true;

  constructor(socket: TLSSocket, onDead: (connection: Http2Connection) => void) {
    this.#session = connect("https://unused", { createConnection: () => socket });
    const dead = () => {
      if (!this.#alive) return;
      this.#alive = false;
      onDead(this);
    };
    this.#session.on("close", dead);
    this.#session.on("goaway", dead);
    // Each stream is told; without a listener the process would end.
    this.#session.on("error", dead);
  }

  get alive(): boolean {
    return this.#alive && !this.#session.closed && !this.#session.destroyed;
  }

  /** @param headers pseudo headers included, names in lower case */
  roundTrip(
    headers: Readonly<Record<string, string | string[]>>,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({ ...headers }, { endStream: body === undefined });
      let collector: BodyCollector | undefined;
      const cancel = () => stream.close(constants.NGHTTP2_CANCEL);
      const fail = (error: Error) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
        collector?.fail(error);
      };
      const onAbort = () => {
        fail(contextError(signal));
        cancel();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      stream.on("response", (received: IncomingHttpHeaders) => {
        collector = new BodyCollector(cancel);
        const status = Number(received[":status"]);
        resolve({ status, statusText: String(status), headers: toMap(received), body: collector });
      });
      stream.on("data", (chunk: Buffer) => collector?.push(chunk));
      stream.on("end", () => {
        signal.removeEventListener("abort", onAbort);
        collector?.end();
      });
      stream.on("error", (error: Error) => fail(new Error(`http2: ${error.message}`)));
      stream.on("close", () => fail(new Error("unexpected EOF")));
      if (body !== undefined) stream.end(body);
    });
  }

  close(): void {
    this.#session.close();
  }
}

function toMap(received: IncomingHttpHeaders): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(received)) {
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value : [String(value)]);
  }
  return headers;
}
