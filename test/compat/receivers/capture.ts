/**
 * A server that writes down every request exactly as it came over the wire and answers from a script.
 *
 * It also stands in for a forward proxy: a CONNECT is answered, and the TLS inside ended with a certificate of the
 * test's own authority, so that requests to fixed addresses on the internet can be captured as well.
 */
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";

export interface CapturedRequest {
  readonly method: string;
  /** The request target as sent: a path, or the absolute form towards a proxy. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The CONNECT this came through: its authority and headers. */
  readonly via?: { readonly target: string; readonly headers: readonly (readonly [string, string])[] };
}

export interface ScriptedResponse {
  readonly status?: number;
  /** `@PORT@` stands for the server's own port. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Never answers: the connection stays open until the client gives up. */
  readonly hang?: boolean;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
}

export interface CaptureServer {
  readonly port: number;
  readonly requests: CapturedRequest[];
  /** Answers for the requests to come, first to last; the last one stays. */
  script: readonly ScriptedResponse[];
  close(): void;
}

type Via = CapturedRequest["via"];

/** @param tls the certificate shown inside a CONNECT tunnel */
export async function startCapture(tls?: { cert: string; key: string }): Promise<CaptureServer> {
  const requests: CapturedRequest[] = [];
  const sockets = new Set<Socket>();
  const tunnels = new Map<number, Via>();
  const capture = { script: [{}] as readonly ScriptedResponse[] };

  const serve = (
    socket: Socket | TLSSocket,
    via: () => Via,
    onConnect: (request: CapturedRequest, rest: Buffer) => void,
  ) => {
    let buffer = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (;;) {
        const parsed = parseRequest(buffer);
        if (parsed === undefined) return;
        buffer = buffer.subarray(parsed.length);
        if (parsed.request.method === "CONNECT") {
          socket.removeAllListeners("data");
          onConnect(parsed.request, buffer);
          return;
        }
        const from = via();
        requests.push(from === undefined ? parsed.request : { ...parsed.request, via: from });
        const response = capture.script.length > 1 ? capture.script[0] : capture.script.at(-1);
        if (capture.script.length > 1) capture.script = capture.script.slice(1);
        answer(socket, response ?? {}, portOf(outer));
      }
    });
  };

  const noTunnel = () => {
    throw new Error("CONNECT inside a tunnel");
  };
  const inner =
    tls === undefined
      ? undefined
      : await listen(
          createTlsServer(tls, (socket) =>
            serve(socket, () => tunnels.get(socket.remotePort ?? 0), noTunnel),
          ) as Server,
        );
  const outer = await listen(
    createServer((socket) =>
      serve(
        socket,
        () => undefined,
        (request, rest) => {
          if (inner === undefined) return socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
          const upstream = connect({ port: portOf(inner), host: "127.0.0.1" });
          sockets.add(upstream);
          upstream.on("error", () => socket.destroy());
          upstream.on("close", () => socket.destroy());
          upstream.on("connect", () => {
            tunnels.set(upstream.localPort ?? 0, { target: request.target, headers: request.headers });
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            if (rest.length > 0) upstream.write(rest);
            socket.pipe(upstream);
            upstream.pipe(socket);
          });
        },
      ),
    ),
  );

  return {
    port: portOf(outer),
    requests,
    get script() {
      return capture.script;
    },
    set script(script) {
      capture.script = script;
    },
    close() {
      outer.close();
      inner?.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function parseRequest(buffer: Buffer): { request: CapturedRequest; length: number } | undefined {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [start = "", ...lines] = buffer.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", target = ""] = start.split(" ");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const lengthHeader = headers.find(([name]) => name.toLowerCase() === "content-length");
  const bodyEnd = end + 4 + Number(lengthHeader?.[1] ?? 0);
  if (buffer.length < bodyEnd) return undefined;
  return { request: { method, target, headers, body: buffer.subarray(end + 4, bodyEnd).toString() }, length: bodyEnd };
}

function answer(socket: Socket, response: ScriptedResponse, port: number): void {
  if (response.hang) return;
  if (response.drop) {
    socket.destroy();
    return;
  }
  const body = response.body ?? "";
  const headers = {
    "Content-Type": "text/plain",
    "Content-Length": String(Buffer.byteLength(body)),
    ...response.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replaceAll("@PORT@", String(port))}`);
  socket.write(`HTTP/1.1 ${response.status ?? 200} Scripted\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}
