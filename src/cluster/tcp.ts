import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { TLSTransportMetrics } from "../metrics/cluster.ts";
import { refusal } from "../api/web/client-certificate.ts";
import type { TLSFiles } from "../api/web/tls-settings.ts";
import { dialTcp, readError, startTls } from "../notify/http/dial.ts";
import { errnoText, errorCode } from "../core/text/errno.ts";
import type { TlsClient } from "../notify/http/tls.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { canonicalIP, formatAddress, type Address } from "./address.ts";
import type { Link, LinkHandlers, Transport } from "./transport.ts";

/** Connections that may wait for the server to join its cluster, and handshakes under way. */
const MOST_WAITING = 128;
/** How long a caller may take over its TLS handshake, ms. */
const HANDSHAKE = 10_000;
/** How long the other side may take to read what was written last and close, ms. */
const LINGER = 10_000;

/** How connections are encrypted, with what, and where that is counted. */
export interface TLS {
  readonly server: TLSFiles;
  readonly client: TlsClient;
  readonly metrics: TLSTransportMetrics;
}

/**
 * Listens. 0.0.0.0 and :: are every interface of both kinds, and so is a host that is no IP address.
 *
 * @throws Error in Go's words
 */
export async function listenTCP(address: Address, tls: TLS | undefined, log: Logger): Promise<Transport> {
  const waiting: Link[] = [];
  const sockets = new Set<Socket>();
  let handshakes = 0;
  let take = (link: Link): void => {
    if (waiting.length < MOST_WAITING) waiting.push(link);
    else link.destroy();
  };
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    if (tls === undefined) {
      take(linkOf(socket, undefined));
    } else if (handshakes >= MOST_WAITING) {
      socket.destroy();
    } else {
      handshakes++;
      void secured(socket, tls).then(
        (secure) => {
          handshakes--;
          tls.metrics.streamConnectionsReceived.inc();
          take(linkOf(secure, tls.metrics));
        },
        (error: Error) => {
          handshakes--;
          tls.metrics.readErrors.inc();
          log.debug("error reading from connection", { err: error });
          socket.destroy();
        },
      );
    }
  });
  const bound = await bind(server, address);
  return {
    address: { host: canonicalIP(bound.address) ?? bound.address, port: bound.port },
    accept(onLink) {
      take = onLink;
      for (const link of waiting.splice(0)) onLink(link);
    },
    async dial(to, signal) {
      const socket = await dialTcp(to.host, String(to.port), signal);
      if (tls === undefined) return linkOf(socket, undefined);
      try {
        const secure = await startTls(socket, to.host, tls.client.current(), [], signal);
        tls.metrics.streamConnectionsSent.inc();
        return linkOf(secure, tls.metrics);
      } catch (e) {
        socket.destroy();
        tls.metrics.writeErrors.with("stream").inc();
        throw new Error(`failed to dial: ${(e as Error).message}`, { cause: e });
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function bind(server: Server, { host, port }: Address): Promise<AddressInfo> {
  const ip = canonicalIP(host);
  const any = ip === undefined || ip === "0.0.0.0" || ip === "::";
  const listen = (on: string) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: on, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  const problem = (e: unknown) =>
    new Error(`listen tcp ${formatAddress({ host, port })}: bind: ${errnoText(e)}`, { cause: e });
  if (port > 65_535 || port < 0) throw problem(Object.assign(new Error(), { code: "EINVAL" }));
  await listen(any ? "::" : (ip as string)).catch(async (e: unknown) => {
    if (!any || ["EADDRINUSE", "EACCES"].includes(errorCode(e))) throw problem(e);
    // A machine without IPv6.
    await listen("0.0.0.0").catch((again: unknown) => {
      throw problem(again);
    });
  });
  server.on("error", () => undefined);
  return server.address() as AddressInfo;
}

/** Performs the called side's part of a TLS handshake, with the certificates as they are on disk now. */
async function secured(socket: Socket, tls: TLS): Promise<TLSSocket> {
  const settings = tls.server.current();
  const { required, verified, asked } = settings.clientAuth;
  return await new Promise((resolve, reject) => {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: settings.context,
      requestCert: asked,
      rejectUnauthorized: required && verified,
    });
    const late = setTimeout(() => reject(new Error("TLS handshake timeout")), HANDSHAKE);
    secure.on("error", reject);
    secure.once("close", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(late);
      reject(new Error("EOF"));
    });
    secure.once("secure", () => {
      clearTimeout(late);
      const reason = refusal(secure, settings);
      if (reason === undefined) resolve(secure);
      else reject(new Error(reason));
    });
  });
}

function linkOf(socket: Socket, metrics: TLSTransportMetrics | undefined): Link {
  const remote = canonicalIP(socket.remoteAddress ?? "") ?? "";
  return {
    remote,
    attach(handlers: LinkHandlers) {
      let error: Error | undefined;
      if (socket.destroyed) {
        handlers.closed(new Error("EOF"));
        return;
      }
      socket.on("error", (e) => {
        error ??= new Error(readError(socket, e));
      });
      socket.on("close", () => {
        if (error !== undefined) metrics?.readErrors.inc();
        handlers.closed(error);
      });
      socket.on("drain", () => handlers.drained());
      socket.on("end", () => socket.end());
      socket.on("data", (bytes: Buffer) => {
        metrics?.packetBytesReceived.inc(bytes.length);
        handlers.data(bytes);
      });
    },
    write(bytes) {
      metrics?.packetBytesSent.inc(bytes.length);
      return socket.write(bytes);
    },
    end() {
      const late = setTimeout(() => socket.destroy(), LINGER);
      socket.once("close", () => clearTimeout(late));
      socket.end();
    },
    destroy: () => void socket.destroy(),
  };
}
