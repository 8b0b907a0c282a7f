import type { Socket } from "node:net";
import { goQuote } from "../../core/model/goquote.ts";
import { readError } from "./dial.ts";
import { contextError } from "./errors.ts";
import { BodyCollector, type RawResponse } from "./response.ts";

/** Go's limit of a response's header, bytes. */
const MAX_HEADER = 10 << 20;

type State =
  "idle" | "done" | "head" | "length" | "chunk-size" | "chunk-data" | "chunk-end" | "trailer" | "until-close" | "dead";

interface Pending {
  readonly method: string;
  readonly resolve: (response: RawResponse) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
}

/** The server closed a kept connection before answering: the request may never have been seen. */
export class StaleConnectionError extends Error {}

/** One HTTP/1.1 connection: a request at a time, read strictly as RFC 9112 frames it. */
export class Http1Connection {
  #state: State = "idle";
  #buffer: Buffer = Buffer.alloc(0);
  #remaining = 0;
  #pending: Pending | undefined;
  #body: BodyCollector | undefined;
  #keepAlive = true;
  #requests = 0;
  readonly #socket: Socket;
  readonly #onIdle: (connection: Http1Connection) => void;
  readonly #onDead: (connection: Http1Connection) => void;

  constructor(socket: Socket, onIdle: (c: Http1Connection) => void, onDead: (c: Http1Connection) => void) {
    this.#socket = socket;
    this.#onIdle = onIdle;
    this.#onDead = onDead;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error: Error) => this.#fail(new Error(readError(socket, error))));
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.#ended());
  }

  get alive(): boolean {
    return this.#state !== "dead";
  }

  /** Resolves with the head of the response; its body follows by itself. */
  roundTrip(method: string, request: Buffer, signal: AbortSignal): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#fail(contextError(signal));
      this.#pending = { method, resolve, reject, signal, onAbort };
      this.#state = "head";
      this.#requests++;
      signal.addEventListener("abort", onAbort, { once: true });
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#fail(new Error("http: server closed idle connection"));
  }

  #ended(): void {
    if (this.#state === "dead") return;
    if (this.#state === "until-close") {
      this.#keepAlive = false;
      return this.#finish();
    }
    if (this.#state === "done") {
      this.#keepAlive = false;
      return;
    }
    const unanswered = this.#state === "head" && this.#buffer.length === 0;
    if (unanswered && this.#requests > 1) this.#fail(new StaleConnectionError("EOF"));
    else if (unanswered) this.#fail(new Error("EOF"));
    else this.#fail(this.#state === "head" ? cutHead(this.#buffer) : new Error("unexpected EOF"));
  }

  /** Ends the connection, whatever it is doing. */
  #fail(error: Error): void {
    if (this.#state === "dead") return;
    const complete = this.#state === "done";
    this.#state = "dead";
    this.#socket.destroy();
    this.#release()?.reject(error);
    if (complete) this.#body?.end();
    else this.#body?.fail(error);
    this.#body = undefined;
    this.#onDead(this);
  }

  #release(): Pending | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.signal.removeEventListener("abort", pending.onAbort);
    return pending;
  }

  /** The response is complete. */
  #finish(): void {
    this.#release();
    this.#state = "done";
    // A server that closes behind its response is noticed before the connection is used again: its end arrives one turn of
    // the event loop after the data.
    setImmediate(() => setImmediate(() => this.#settle()));
  }

  #settle(): void {
    const body = this.#body;
    this.#body = undefined;
    body?.end();
    if (this.#state !== "done") return;
    // Bytes nobody asked for make the next response unreadable.
    if (!this.#keepAlive || this.#buffer.length > 0) return this.#fail(new Error("EOF"));
    this.#state = "idle";
    this.#onIdle(this);
  }

  #read(chunk: Buffer): void {
    if (this.#state === "dead") return;
    // Unsolicited bytes on an idle connection.
    if (this.#state === "idle") return this.#fail(new Error("EOF"));
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    try {
      while (this.#step());
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Takes one element off the buffer; false when more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case "head":
        return this.#readHead();
      case "length":
        return this.#readData(() => this.#finish());
      case "chunk-data":
        return this.#readData(() => {
          this.#state = "chunk-end";
        });
      case "chunk-end":
        return this.#readLine((line) => {
          if (line !== "") throw new Error("malformed chunked encoding");
          this.#state = "chunk-size";
        });
      case "chunk-size":
        return this.#readLine((line) => this.#startChunk(line));
      case "trailer":
        return this.#readLine((line) => {
          if (line === "") this.#finish();
        });
      case "until-close":
        this.#take(this.#buffer.length);
        return false;
      default:
        return false;
    }
  }

  #readHead(): boolean {
    const end = endOfHead(this.#buffer);
    if (end === undefined) {
      if (this.#buffer.length > MAX_HEADER) {
        throw new Error(`net/http: server response headers exceeded ${MAX_HEADER} bytes; aborted`);
      }
      // What does not begin like HTTP will never end like it.
      if (this.#buffer.length >= 5 && !this.#buffer.subarray(0, 5).equals(HTTP_PREFIX)) throw malformed(this.#buffer);
      return false;
    }
    const lines = this.#buffer.subarray(0, end.head).toString("latin1").split(/\r?\n/);
    this.#buffer = this.#buffer.subarray(end.rest);
    const { version, status, statusText } = parseStatusLine(lines[0] ?? "");
    if (status >= 100 && status < 200 && status !== 101) return true;
    const headers = parseHeaders(lines.slice(1));
    const pending = this.#pending as Pending;
    this.#frame(pending.method, version, status, headers);
    this.#body = new BodyCollector(() => this.#fail(new Error("EOF")));
    pending.resolve({ status, statusText, headers, body: this.#body });
    if (this.#state === "length" && this.#remaining === 0) this.#finish();
    return true;
  }

  /** How the body ends (RFC 9112 section 6.3), and whether the connection may be used again. */
  #frame(method: string, version: string, status: number, headers: ReadonlyMap<string, readonly string[]>): void {
    const connection = (headers.get("connection") ?? []).join(",").toLowerCase();
    this.#keepAlive = version === "HTTP/1.1" ? !connection.includes("close") : connection.includes("keep-alive");
    const length = headers.get("content-length")?.[0];
    if (method === "HEAD" || status === 204 || status === 304) {
      this.#state = "length";
      this.#remaining = 0;
    } else if ((headers.get("transfer-encoding") ?? []).join(",").toLowerCase().includes("chunked")) {
      this.#state = "chunk-size";
    } else if (length !== undefined) {
      if (!/^\d+$/.test(length))
        throw new Error(`net/http: HTTP/1.x transport connection broken: bad Content-Length ${goQuote(length)}`);
      this.#state = "length";
      this.#remaining = Number(length);
    } else {
      this.#state = "until-close";
      this.#keepAlive = false;
    }
  }

  #startChunk(line: string): void {
    const size = /^([0-9A-Fa-f]{1,12})\s*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new Error("invalid byte in chunk length");
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? "trailer" : "chunk-data";
  }

  #readData(done: () => void): boolean {
    const n = Math.min(this.#remaining, this.#buffer.length);
    this.#remaining -= n;
    this.#take(n);
    if (this.#remaining > 0 || this.#state === ("dead" as State)) return false;
    done();
    return this.#state !== "idle";
  }

  #take(n: number): void {
    const data = this.#buffer.subarray(0, n);
    this.#buffer = this.#buffer.subarray(n);
    this.#body?.push(data);
  }

  #readLine(use: (line: string) => void): boolean {
    const end = this.#buffer.indexOf(10);
    if (end < 0) {
      if (this.#buffer.length > MAX_HEADER) throw new Error("header line too long");
      return false;
    }
    const line = this.#buffer.subarray(0, end).toString("latin1").replace(/\r$/, "");
    this.#buffer = this.#buffer.subarray(end + 1);
    use(line);
    return true;
  }
}

const HTTP_PREFIX = Buffer.from("HTTP/");

function endOfHead(buffer: Buffer): { head: number; rest: number } | undefined {
  const crlf = buffer.indexOf("\r\n\r\n");
  const lf = buffer.indexOf("\n\n");
  if (lf >= 0 && (crlf < 0 || lf < crlf)) return { head: lf, rest: lf + 2 };
  return crlf < 0 ? undefined : { head: crlf, rest: crlf + 4 };
}

function malformed(buffer: Buffer): Error {
  const line = buffer.toString("latin1").split(/\r?\n/, 1)[0] ?? "";
  return new Error(`net/http: HTTP/1.x transport connection broken: malformed HTTP response ${goQuote(line)}`);
}

/** What is wrong with a header that ends too soon: a line without a colon is told before that. */
function cutHead(buffer: Buffer): Error {
  const [, ...lines] = buffer.toString("latin1").split(/\r?\n/);
  const last = lines.at(-1) ?? "";
  return last === "" || last.includes(":") ? new Error("unexpected EOF") : missingColon(last);
}

function missingColon(line: string): Error {
  const text = `malformed MIME header: missing colon: ${goQuote(line)}`;
  return new Error(`net/http: HTTP/1.x transport connection broken: ${text}`);
}

function parseStatusLine(line: string): { version: string; status: number; statusText: string } {
  const m = /^(HTTP\/\d\.\d) +(\S*)(.*)$/.exec(line);
  if (m === null) throw malformed(Buffer.from(line, "latin1"));
  const [, version = "", code = "", text = ""] = m;
  if (!/^\d{3}$/.test(code)) {
    throw new Error(`net/http: HTTP/1.x transport connection broken: malformed HTTP status code ${goQuote(code)}`);
  }
  return { version, status: Number(code), statusText: code + text };
}

function parseHeaders(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw missingColon(line);
    const name = line.slice(0, colon).toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  return headers;
}
