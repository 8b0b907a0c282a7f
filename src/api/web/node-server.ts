import { type Server as HTTPServer, createServer } from "node:http";
import { createServer as createHTTP2Server } from "node:http2";
import { type Server, type Socket, createServer as createTCPServer } from "node:net";
import { TLSSocket } from "node:tls";
import type { Logger } from "../../server/logger.ts";
import { asksForCertificate, refusal } from "./client-certificate.ts";
import { type Answer, nodeListener } from "./node-adapter.ts";
import type { Handshake, TLSFiles } from "./tls-context.ts";

/** A connection on which nothing moves for this long is closed, as Bun's own server does at most. */
const IDLE = 255_000;
/** How long a client may take over its handshake, ms. */
const HANDSHAKE = 30_000;

export interface NodeServer {
  readonly server: Server;
  /** Ends idle connections at once and busy ones after their answer. */
  close(): void;
  destroy(): void;
}

/**
 * Serves HTTP over sockets that Bun's server cannot take: those systemd hands over, and TLS, where certificates change
 * under way and the client's is looked at.
 */
export function createNodeServer(options: {
  readonly answer: Answer;
  readonly tls: TLSFiles | undefined;
  readonly log: Logger;
}): NodeServer {
  const { tls, log } = options;
  const listener = nodeListener(options.answer);
  const http1: HTTPServer = createServer(listener);
  const http2 = createHTTP2Server(listener);
  const sockets = new Set<Socket>();
  http1.on("clientError", (_, socket) => socket.destroy());
  http2.on("sessionError", () => undefined);

  const server = createTCPServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (tls === undefined) {
      socket.setTimeout(IDLE, () => socket.destroy());
      http1.emit("connection", socket);
      return;
    }
    let handshake: Handshake;
    try {
      handshake = tls.current();
    } catch (e) {
      log.error("TLS handshake error", {
        remote: socket.remoteAddress,
        err: e instanceof Error ? e.message : String(e),
      });
      socket.destroy();
      return;
    }
    secure(socket, handshake);
  });

  function secure(socket: Socket, { context, config, http2: offersHTTP2 }: Handshake): void {
    socket.setTimeout(HANDSHAKE, () => socket.destroy());
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
      requestCert: asksForCertificate(config.client_auth_type),
      // Whom to refuse is decided after the handshake: some types want a certificate but do not care whose.
      rejectUnauthorized: false,
      ALPNProtocols: offersHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"],
    });
    secured.on("error", () => socket.destroy());
    secured.on("close", () => socket.destroy());
    secured.once("secure", () => {
      const reason = refusal(secured, config);
      if (reason !== undefined) {
        log.debug("TLS handshake error", { remote: socket.remoteAddress, err: reason });
        secured.destroy();
        return;
      }
      socket.setTimeout(IDLE, () => socket.destroy());
      (secured.alpnProtocol === "h2" ? http2 : http1).emit("connection", secured);
    });
  }

  return {
    server,
    close() {
      server.close();
      http1.closeIdleConnections();
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
