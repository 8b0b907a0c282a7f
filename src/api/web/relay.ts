import { connect, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Logger } from "../../core/interfaces/logging.ts";
import { serveHTTP, type HTTPServer } from "./http-server.ts";
import type { Client, OnRequest } from "./guard.ts";
import { certificateNames, refusal } from "./client-certificate.ts";
import { HTTP2Streams } from "./http2-streams.ts";
import { joinHostPort } from "./listen-address.ts";
import type { TLSFiles, TLSSettings } from "./tls-settings.ts";

/** How long a client may take over its handshake, ms. */
const HANDSHAKE = 10_000;

/** How long a client may read after its last answer was sent, ms: closing at once could take the answer from it. */
const LINGER = 500;

const LOOPBACK = "127.0.0.1";

/** A TLS alert of level fatal: internal error. What Go sends when it cannot read its certificates. */
const INTERNAL_ERROR = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x50]);

const NOT_HTTPS = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

interface Link {
  /** Resolves when the client has been sent everything, or is gone. */
  readonly sent: Promise<void>;
  /** Of HTTP/2: ends the connection when no request is left on it. */
  readonly endIfIdle: (() => void) | undefined;
}

export interface RelayOptions {
  readonly tls: { readonly files: TLSFiles; readonly http2: boolean } | undefined;
  readonly onRequest: OnRequest;
  readonly log: Logger;
}

/**
 * Serves connections that Bun's server cannot take: those of systemd's sockets, and TLS where certificates change under
 * way and the client's is looked at. Their bytes go to a Bun server on the loopback, so HTTP is spoken by the same
 * server everywhere. It answers nobody else: it knows the relay's connections by the ports they come from.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #inner: HTTPServer;
  /** Clients by the port on which their bytes come to the inner server. */
  readonly #clients = new Map<number, Client>();
  readonly #sockets = new Set<Socket>();
  readonly #links = new Map<Socket, Link>();
  #stopping = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#inner = serveHTTP({
      host: LOOPBACK,
      port: 0,
      http2: options.tls?.http2 ?? false,
      log: options.log,
      answer: (request, server) => {
        const client = this.#clients.get(server.requestIP(request)?.port ?? -1);
        if (client === undefined) return new Response(null, { status: 403, headers: { Connection: "close" } });
        return options.onRequest(request, client);
      },
    });
  }

  /** Takes over a connection; it must allow to be half open. */
  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const { tls } = this.#options;
    if (tls === undefined) {
      this.#link(socket, { address: plainAddress(socket.remoteAddress ?? "") });
      return;
    }
    const late = setTimeout(() => socket.destroy(), HANDSHAKE);
    const inTime = () => clearTimeout(late);
    socket.on("close", inTime);
    const gone = () => socket.destroy();
    socket.once("end", gone);
    socket.once("data", (first: Buffer) => {
      socket.off("end", gone);
      socket.pause();
      if (looksLikeHTTP(first)) {
        this.#refused(socket, new Error("client sent an HTTP request to an HTTPS server"));
        socket.end(NOT_HTTPS);
        return;
      }
      let settings: TLSSettings;
      try {
        settings = tls.files.current();
      } catch (e) {
        this.#refused(socket, e);
        socket.end(INTERNAL_ERROR);
        return;
      }
      socket.unshift(first);
      this.#secure(socket, settings, tls.http2, inTime);
    });
  }

  /** Ends idle connections, and resolves once every answer under way has been sent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // The inner server would cut these short.
    const http2 = [...this.#links].filter(([, { endIfIdle }]) => endIfIdle !== undefined);
    for (const [, { endIfIdle }] of http2) endIfIdle?.();
    await Promise.all(http2.map(([, { sent }]) => sent));
    await this.#inner.stop();
    // It has handed its last bytes over; the clients have yet to be given them.
    await Promise.all([...this.#links.values()].map(({ sent }) => sent));
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#inner.destroy();
  }

  #secure(socket: Socket, settings: TLSSettings, http2: boolean, inTime: () => void): void {
    const { required, verified, asked } = settings.clientAuth;
    // The address is gone once the connection is.
    const address = socket.remoteAddress ?? "";
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: settings.context,
      requestCert: asked,
      // Whose certificate is refused is for `refusal` to say, but for this type the runtime sends the right alert.
      rejectUnauthorized: required && verified,
      ALPNProtocols: http2 ? ["h2", "http/1.1"] : ["http/1.1"],
    });
    secured.on("error", (e) => {
      this.#refused(socket, e);
      socket.destroy();
    });
    secured.on("close", () => socket.destroy());
    secured.once("secure", () => {
      inTime();
      const reason = refusal(secured, settings);
      if (reason === undefined) {
        const names = certificateNames(secured, settings);
        const client: Client = {
          address: plainAddress(address),
          isEncrypted: true,
          ...(names.length > 0 && { certificateNames: names }),
        };
        this.#link(secured, client, secured.alpnProtocol === "h2" ? new HTTP2Streams() : undefined);
        return;
      }
      this.#refused(socket, new Error(reason));
      secured.destroy();
      socket.destroy();
    });
  }

  #refused(socket: Socket, e: unknown): void {
    const remote = joinHostPort(socket.remoteAddress ?? "", socket.remotePort ?? 0);
    this.#options.log.warn("TLS handshake error", { remote, err: e instanceof Error ? e.message : String(e) });
  }

  /** Carries bytes both ways until either side is done. */
  #link(outer: Socket, client: Client, streams?: HTTP2Streams): void {
    const sent = new Promise<void>((resolve) => {
      outer.once("finish", resolve);
      outer.once("close", resolve);
    });
    outer.once("close", () => this.#links.delete(outer));
    const inner = connect({ port: this.#inner.port, host: LOOPBACK, allowHalfOpen: true, noDelay: true });
    let port = -1;
    let answered = false;
    const endIfIdle = (): void => {
      if (streams === undefined || streams.open > 0 || answered) return;
      answered = true;
      inner.unpipe(outer);
      this.#clients.delete(port);
      inner.destroy();
      outer.end();
    };
    this.#links.set(outer, { sent, endIfIdle: streams === undefined ? undefined : endIfIdle });
    inner.on("connect", () => {
      if (outer.destroyed) {
        inner.destroy();
        return;
      }
      port = inner.localPort ?? -1;
      this.#clients.set(port, client);
      outer.pipe(inner);
      inner.pipe(outer);
      if (streams === undefined) return;
      outer.on("data", (bytes: Buffer) => {
        streams.fromClient(bytes);
        if (this.#stopping) endIfIdle();
      });
      inner.on("data", (bytes: Buffer) => {
        streams.fromServer(bytes);
        if (this.#stopping) endIfIdle();
      });
    });
    const end = () => {
      // The port is forgotten before it is free for somebody else.
      this.#clients.delete(port);
      inner.destroy();
      outer.destroy();
    };
    inner.on("end", () => {
      answered = true;
      this.#clients.delete(port);
    });
    // What was answered last is still on its way to a slow client.
    inner.on("close", () => {
      if (!answered) end();
    });
    inner.on("error", end);
    outer.on("finish", () => setTimeout(end, LINGER));
    outer.on("close", end);
    outer.on("error", end);
  }
}

/** Whether a connection to an HTTPS server begins as Go takes for plain HTTP. */
function looksLikeHTTP(first: Buffer): boolean {
  return ["GET /", "HEAD ", "POST ", "PUT /", "OPTIO"].includes(first.toString("latin1", 0, 5));
}

/** An IPv4 address is told as such on a socket of both kinds. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}
