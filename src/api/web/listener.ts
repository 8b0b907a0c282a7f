import { type AddressInfo, createServer } from "node:net";
import type { Logger } from "../../core/interfaces/logging.ts";
import { errnoText, errorCode } from "../../core/text/errno.ts";
import type { OnRequest } from "./guard.ts";
import { serveHTTP } from "./http-server.ts";
import { joinHostPort, type ListenAddress, ListenError } from "./listen-address.ts";
import { plainAddress, type Relay } from "./relay.ts";
import { unixPathOf } from "./systemd.ts";

export interface Address {
  /** Empty for a unix socket. */
  readonly host: string;
  /** 0 for a unix socket. */
  readonly port: number;
  /** As upstream logs it. */
  readonly text: string;
}

/** One bound socket. */
export interface Listener {
  readonly address: Address;
  /** Takes no more connections; resolves once every answer of its own that is under way has been sent. */
  stop(): Promise<void>;
  destroy(): void;
}

/** Every interface of both kinds. */
const ANY = "::";

/** Listens by Bun's server itself: the fast way. @throws ListenError */
export function listenDirectly(address: ListenAddress, onRequest: OnRequest, log: Logger): Listener {
  const server = bind(address, (host) =>
    serveHTTP({
      host,
      port: address.port,
      http2: false,
      log,
      answer: (request, bun) =>
        onRequest(request, {
          // Asked for when needed, which for most requests is never.
          get address() {
            return plainAddress(bun.requestIP(request)?.address ?? "");
          },
        }),
    }),
  );
  return { address: addressOf(server.host, server.port), stop: server.stop, destroy: server.destroy };
}

function bind<T>(address: ListenAddress, open: (host: string) => T): T {
  const { host } = address;
  try {
    return open(host === "" || host === "0.0.0.0" ? ANY : host);
  } catch (e) {
    // A machine without IPv6.
    if ((host !== "" && host !== "0.0.0.0") || isTaken(e)) throw bindError(address, e);
    try {
      return open("0.0.0.0");
    } catch (again) {
      throw bindError(address, again);
    }
  }
}

/** Listens for a relay, on an address or on a descriptor of systemd's. @throws ListenError */
export async function listenForRelay(where: ListenAddress | { readonly fd: number }, relay: Relay): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => relay.accept(socket));
  const listen = (on: { host: string; port: number } | { fd: number }) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(on, () => {
        server.off("error", reject);
        resolve();
      });
    });

  if ("fd" in where) {
    await listen(where);
  } else {
    const { host, port } = where;
    const any = host === "" || host === "0.0.0.0";
    try {
      await listen({ host: any ? ANY : host, port });
    } catch (e) {
      if (!any || isTaken(e)) throw bindError(where, e);
      await listen({ host: "0.0.0.0", port }).catch((again: unknown) => {
        throw bindError(where, again);
      });
    }
  }
  const bound = server.address() as Partial<AddressInfo> | null;
  return {
    address:
      bound?.address === undefined || bound.port === undefined
        ? { host: "", port: 0, text: "fd" in where ? unixPathOf(where.fd) : "" }
        : addressOf(bound.address, bound.port),
    async stop() {
      server.close();
    },
    destroy: () => void server.close(),
  };
}

function addressOf(host: string, port: number): Address {
  const plain = plainAddress(host);
  return { host: plain, port, text: joinHostPort(plain, port) };
}

/** Whether the address is there, but not to be had. */
function isTaken(e: unknown): boolean {
  return errorCode(e) === "EADDRINUSE" || errorCode(e) === "EACCES";
}

function bindError({ text, host, port }: ListenAddress, e: unknown): ListenError {
  return new ListenError(text, `listen tcp ${joinHostPort(host, port)}: bind: ${errnoText(e)}`);
}
