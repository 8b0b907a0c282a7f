/** A mail server that writes down what clients say and answers from a script. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { CapturedRequest } from "./capture.ts";

export interface SmtpScript {
  readonly greeting?: string;
  /** Lines after the first of the answer to EHLO. */
  readonly extensions?: readonly string[];
  /** Encrypted from the first byte on. */
  readonly implicitTls?: boolean;
  /** What to answer to lines that begin so, in place of the usual; "" hangs up. */
  readonly replies?: Readonly<Record<string, string>>;
}

export interface SmtpCapture {
  readonly port: number;
  /** One a session: its lines as the body. */
  readonly requests: CapturedRequest[];
  close(): void;
}

interface Session {
  readonly lines: string[];
  /** Lines of a message are not commands. */
  inMessage: boolean;
  /** What answers the next line, in the midst of a login. */
  pending: ((line: string) => string)[];
}

export async function startSmtpCapture(script: SmtpScript, tls: { cert: string; key: string }): Promise<SmtpCapture> {
  const requests: CapturedRequest[] = [];
  const sockets = new Set<Socket>();
  const upgraded = new Map<number, Session>();

  const converse = (socket: Socket, session: Session) => {
    sockets.add(socket);
    let buffer = "";
    const onData = (chunk: Buffer) => {
      buffer += chunk.toString();
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (session.lines.push(line) === 1) requests.push(sessionRequest(session));
        const reply = answer(script, session, line);
        if (reply === undefined) continue;
        if (reply === "") {
          socket.destroy();
          return;
        }
        socket.write(`${reply}\r\n`);
        if (line === "STARTTLS" && reply.startsWith("220")) {
          socket.removeAllListeners();
          upgrade(socket, session);
          return;
        }
        if (line === "QUIT") socket.end();
      }
    };
    socket.on("data", onData);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const upgrade = (socket: Socket, session: Session) => {
    const inside = connect(portOf(secure), "127.0.0.1", () => upgraded.set(inside.localPort ?? 0, session));
    // The client may be faster than this connection: what it says until then waits there to be sent.
    socket.on("data", (chunk: Buffer) => inside.write(chunk));
    inside.on("data", (chunk: Buffer) => socket.write(chunk));
    socket.on("close", () => inside.destroy());
    inside.on("close", () => socket.destroy());
    socket.on("error", () => inside.destroy());
    inside.on("error", () => socket.destroy());
    sockets.add(inside);
  };
  const greet = (socket: Socket) => {
    const greeting = script.greeting ?? "220 capture ESMTP";
    if (greeting === "") {
      socket.end();
      return;
    }
    socket.write(`${greeting}\r\n`);
    converse(socket, { lines: [], inMessage: false, pending: [] });
  };
  const secure = await listen(
    createTlsServer(tls, (socket) => {
      const session = upgraded.get(socket.remotePort ?? 0);
      if (session === undefined) greet(socket);
      else converse(socket, session);
    }) as Server,
  );
  secure.on("tlsClientError", () => {});
  const plain = script.implicitTls ? undefined : await listen(createServer(greet));
  return {
    port: portOf(plain ?? secure),
    requests,
    close() {
      plain?.close();
      secure.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A session as a request, whose lines go on coming. */
function sessionRequest({ lines }: Session): CapturedRequest {
  return {
    method: "SMTP",
    target: "",
    headers: [],
    get body() {
      return lines.join("\n");
    },
  };
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The challenge of RFC 2195's example. */
const CHALLENGE = "<1896.697170952@postoffice.reston.mci.net>";

function answer(script: SmtpScript, session: Session, line: string): string | undefined {
  if (session.inMessage) {
    if (line !== ".") return undefined;
    session.inMessage = false;
    return script.replies?.["."] ?? "250 taken";
  }
  const next = session.pending.shift();
  if (next !== undefined) return next(line);
  const scripted = Object.entries(script.replies ?? {}).find(([start]) => line.startsWith(start));
  if (scripted !== undefined) return scripted[1];
  if (line.startsWith("EHLO ")) return ehlo(script.extensions ?? []);
  if (line === "AUTH LOGIN") {
    session.pending = [() => `334 ${base64("Password:")}`, () => "235 in"];
    return `334 ${base64("Username:")}`;
  }
  if (line === "AUTH CRAM-MD5") {
    session.pending = [() => "235 in"];
    return `334 ${base64(CHALLENGE)}`;
  }
  if (line.startsWith("AUTH ")) return "235 in";
  if (line === "STARTTLS") return "220 go on";
  if (line === "DATA") {
    session.inMessage = true;
    return "354 go on";
  }
  return line === "QUIT" ? "221 bye" : "250 ok";
}

function ehlo(extensions: readonly string[]): string {
  const lines = ["capture", ...extensions];
  return lines.map((line, i) => `250${i === lines.length - 1 ? " " : "-"}${line}`).join("\r\n");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
