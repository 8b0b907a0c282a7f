import type { Socket } from "bun";

export interface Answer {
  readonly status: number;
  readonly bodyBytes: number;
  /** Only when asked for. */
  readonly body?: string;
}

const HEADER_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/**
 * One keep-alive HTTP/1.1 connection with one request in flight. It does no more than find where an answer ends, so that
 * a load made with it takes little of the cores it shares with the server.
 */
export class Connection {
  #socket!: Socket;
  #rest: Buffer | undefined;
  #toSend: Uint8Array | undefined;
  #onAnswer: ((answer: Answer) => void) | undefined;
  #onError: ((error: Error) => void) | undefined;
  #keepBody = false;
  // The state of an answer whose header has been read.
  #status = 0;
  #expected = -1;
  #chunked = false;
  #bodyBytes = 0;
  #parts: Buffer[] = [];

  static async open(port: number): Promise<Connection> {
    const connection = new Connection();
    connection.#socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        binaryType: "buffer",
        data: (_, data) => connection.#read(data),
        drain: () => connection.#write(),
        close: () => connection.#fail(new Error("the server closed the connection")),
        error: (_, error) => connection.#fail(error),
      },
    });
    connection.#socket.setNoDelay(true);
    return connection;
  }

  /** Sends a whole request and calls back with its answer; the next one may be sent from the callback. */
  send(
    request: Uint8Array,
    onAnswer: (answer: Answer) => void,
    onError: (error: Error) => void,
    keepBody = false,
  ): void {
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    this.#keepBody = keepBody;
    this.#expected = -1;
    this.#toSend = request;
    this.#write();
  }

  request(request: Uint8Array, keepBody = false): Promise<Answer> {
    return new Promise((resolve, reject) => this.send(request, resolve, reject, keepBody));
  }

  close(): void {
    this.#onError = undefined;
    this.#socket.end();
  }

  #write(): void {
    if (this.#toSend === undefined) return;
    const written = this.#socket.write(this.#toSend);
    this.#toSend = written < this.#toSend.length ? this.#toSend.subarray(Math.max(written, 0)) : undefined;
  }

  #fail(error: Error): void {
    const callback = this.#onError;
    this.#onError = undefined;
    this.#onAnswer = undefined;
    callback?.(error);
  }

  #read(data: Buffer): void {
    let buffer = this.#rest === undefined ? data : Buffer.concat([this.#rest, data]);
    this.#rest = undefined;
    if (this.#expected < 0 && !this.#chunked) {
      const end = buffer.indexOf(HEADER_END);
      if (end < 0) {
        this.#rest = buffer;
        return;
      }
      this.#readHeader(buffer.toString("latin1", 0, end));
      buffer = buffer.subarray(end + 4);
    }
    if (this.#chunked) this.#readChunks(buffer);
    else this.#readLength(buffer);
  }

  #readHeader(header: string): void {
    this.#status = Number(header.slice(9, 12));
    this.#bodyBytes = 0;
    this.#parts = [];
    const length = /\r\ncontent-length: *(\d+)/i.exec(header);
    if (length !== null) this.#expected = Number(length[1]);
    else if (/\r\ntransfer-encoding: *chunked/i.test(header)) this.#chunked = true;
    else this.#expected = 0;
  }

  #take(bytes: Buffer): void {
    this.#bodyBytes += bytes.length;
    if (this.#keepBody) this.#parts.push(Buffer.from(bytes));
  }

  #readLength(buffer: Buffer): void {
    this.#take(buffer);
    if (this.#bodyBytes >= this.#expected) this.#done();
  }

  // Whole chunks only: the part of one that has arrived so far is kept and looked at again.
  #readChunks(buffer: Buffer): void {
    let at = 0;
    for (;;) {
      const line = buffer.indexOf(LINE_END, at);
      if (line < 0) break;
      const size = Number.parseInt(buffer.toString("latin1", at, line), 16);
      if (buffer.length < line + 2 + size + 2) break;
      if (size === 0) {
        this.#chunked = false;
        this.#done();
        return;
      }
      this.#take(buffer.subarray(line + 2, line + 2 + size));
      at = line + 2 + size + 2;
    }
    this.#rest = Buffer.from(buffer.subarray(at));
  }

  #done(): void {
    const callback = this.#onAnswer;
    const answer = {
      status: this.#status,
      bodyBytes: this.#bodyBytes,
      ...(this.#keepBody ? { body: Buffer.concat(this.#parts).toString("utf8") } : {}),
    };
    this.#expected = -1;
    this.#onAnswer = undefined;
    this.#onError = undefined;
    callback?.(answer);
  }
}

export function getRequest(port: number, path: string): Uint8Array {
  return new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
}
