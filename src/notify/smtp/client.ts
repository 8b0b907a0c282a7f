import { checkPermit } from "../permit.ts";
import type { Socket } from "node:net";
import { goQuote } from "../../core/model/goquote.ts";
import { contextError } from "../http/errors.ts";
import { readError, startTls } from "../http/dial.ts";
import type { TlsSettings } from "../http/tls.ts";
import type { Auth } from "./auth.ts";

/** A reply the server should not have given: `550 "no such user"`. */
class ReplyError extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(`${String(code).padStart(3, "0")} ${goQuote(text)}`);
  }
}

interface Reply {
  readonly code: number;
  /** Lines of a long reply are joined by line feeds. */
  readonly text: string;
}

/** A conversation with a mail server, in the order and words of Go's net/smtp (spec §10.19). */
export class SmtpClient {
  #socket: Socket;
  #tls: boolean;
  #buffer = "";
  #failure: Error | undefined;
  #wake: () => void = () => {};
  #greeting: Promise<void> | undefined;
  #name = "localhost";
  #extensions: ReadonlyMap<string, string> = new Map();
  readonly #signal: AbortSignal;
  readonly #host: string;

  private constructor(socket: Socket, host: string, tls: boolean, signal: AbortSignal) {
    this.#socket = socket;
    this.#host = host;
    this.#tls = tls;
    this.#signal = signal;
    this.#listen();
  }

  /** Takes over a connection and waits for the server's greeting. */
  static async open(socket: Socket, host: string, tls: boolean, signal: AbortSignal): Promise<SmtpClient> {
    const client = new SmtpClient(socket, host, tls, signal);
    try {
      await client.#reply(220);
    } catch (error) {
      client.destroy();
      throw error;
    }
    return client;
  }

  /** Introduces us under a name. */
  async hello(name: string): Promise<void> {
    checkLine(name);
    this.#name = name;
    await this.#greet();
  }

  /** What the server says of an extension; undefined where it has none. */
  async extension(name: string): Promise<string | undefined> {
    // A server that cannot be greeted has none.
    await this.#greet().catch(() => undefined);
    return this.#extensions.get(name);
  }

  async startTls(settings: TlsSettings): Promise<void> {
    await this.#greet();
    await this.#command(220, "STARTTLS");
    this.#socket.removeAllListeners();
    this.#socket.on("error", () => {});
    try {
      this.#socket = await startTls(this.#socket, this.#host, settings, [], this.#signal);
    } catch (error) {
      this.#fail(error as Error);
      throw error;
    }
    this.#tls = true;
    this.#listen();
    await this.#ehlo();
  }

  async authenticate(auth: Auth): Promise<void> {
    await this.#greet();
    const { mechanism, initial } = await this.#orQuit(() => auth.start({ host: this.#host, tls: this.#tls }));
    const first = initial === undefined ? "" : Buffer.from(initial).toString("base64");
    let reply = await this.#command(0, `AUTH ${mechanism} ${first}`.trim());
    while (reply.code !== 235) {
      const { code, text } = reply;
      const answer = await this.#orQuit(() => {
        if (code !== 334) throw new ReplyError(code, text);
        return auth.next(decodeBase64(text));
      }, "*");
      reply = await this.#command(0, Buffer.from(answer).toString("base64"));
    }
  }

  /** Takes leave of the server where a step of ours fails. @param last said before */
  async #orQuit<T>(step: () => T, last?: string): Promise<T> {
    try {
      return step();
    } catch (error) {
      if (last !== undefined) await this.#command(501, last).catch(() => undefined);
      await this.quit().catch(() => undefined);
      throw error;
    }
  }

  async mail(from: string): Promise<void> {
    checkLine(from);
    await this.#greet();
    const body = this.#extensions.has("8BITMIME") ? " BODY=8BITMIME" : "";
    const utf8 = this.#extensions.has("SMTPUTF8") ? " SMTPUTF8" : "";
    await this.#command(250, `MAIL FROM:<${from}>${body}${utf8}`);
  }

  async recipient(to: string): Promise<void> {
    checkLine(to);
    await this.#command(25, `RCPT TO:<${to}>`);
  }

  /** Begins the message; `finish` has to follow. */
  async data(): Promise<void> {
    await this.#command(354, "DATA");
  }

  /** Sends the message, its lines ended by CRLF, and waits until the server has taken it. */
  async finish(message: string): Promise<void> {
    const lines = message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
    checkPermit();
    this.#socket.write(`${lines}${lines.endsWith("\r\n") ? "" : "\r\n"}.\r\n`);
    await this.#reply(250);
  }

  async quit(): Promise<void> {
    await this.#greet().catch(() => undefined);
    await this.#command(221, "QUIT");
    this.destroy();
  }

  destroy(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#socket.destroy();
  }

  readonly #onAbort = () => {
    this.#fail(contextError(this.#signal));
    this.#socket.destroy();
  };

  #listen(): void {
    const socket = this.#socket;
    this.#buffer = "";
    socket.on("data", (chunk: Buffer) => {
      this.#buffer += chunk.toString("latin1");
      this.#wake();
    });
    socket.on("error", (error: Error) => this.#fail(new Error(readError(socket, error))));
    socket.on("end", () => this.#fail(new Error("EOF")));
    socket.on("close", () => this.#fail(new Error("EOF")));
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    if (this.#signal.aborted) this.#onAbort();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Once; what came of it stays. */
  #greet(): Promise<void> {
    this.#greeting ??= this.#ehlo().catch(async () => {
      this.#extensions = new Map();
      await this.#command(250, `HELO ${this.#name}`);
    });
    return this.#greeting;
  }

  async #ehlo(): Promise<void> {
    const { text } = await this.#command(250, `EHLO ${this.#name}`);
    const lines = text.split("\n").slice(1);
    this.#extensions = new Map(
      lines.map((line) => {
        const blank = line.indexOf(" ");
        return blank < 0 ? [line, ""] : [line.slice(0, blank), line.slice(blank + 1)];
      }),
    );
  }

  async #command(expected: number, line: string): Promise<Reply> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#socket.write(`${line}\r\n`);
    return this.#reply(expected);
  }

  /** @param expected the code, or its first two digits; 0 for any */
  async #reply(expected: number): Promise<Reply> {
    const lines: string[] = [];
    let code = 0;
    for (;;) {
      const line = await this.#line();
      const m = /^(\d\d\d)([ -])(.*)$/s.exec(line);
      if (m === null || Number(m[1]) < 100) {
        if (lines.length > 0) {
          lines.push(line);
          continue;
        }
        throw new Error(`${/^...[ -]/s.test(line) ? "invalid response code" : "short response"}: ${goQuote(line)}`);
      }
      const [, digits = "", mark, text = ""] = m;
      if (lines.length > 0 && Number(digits) !== code) {
        lines.push(line);
        continue;
      }
      code = Number(digits);
      lines.push(text);
      if (mark === " ") break;
    }
    const text = lines.join("\n");
    const compared = expected >= 100 || expected === 0 ? code : Math.floor(code / 10);
    if (expected !== 0 && compared !== expected) throw new ReplyError(code, text);
    return { code, text };
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf("\n");
      if (end >= 0) {
        const line = this.#buffer.slice(0, end).replace(/\r$/, "");
        this.#buffer = this.#buffer.slice(end + 1);
        return Buffer.from(line, "latin1").toString();
      }
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function checkLine(text: string): void {
  if (/[\r\n]/.test(text)) throw new Error("smtp: A line must not contain CR or LF");
}

function decodeBase64(text: string): string {
  const bad = /[^A-Za-z0-9+/=]/.exec(text);
  if (bad !== null) throw new Error(`illegal base64 data at input byte ${bad.index}`);
  return Buffer.from(text, "base64").toString();
}
