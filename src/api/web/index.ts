import { lookup } from "node:dns/promises";
import type { AddressInfo } from "node:net";
import type { Logger } from "../../server/logger.ts";
import type { API } from "../index.ts";
import { dotSegmentRoutes } from "./dot-segments.ts";
import { createGuard, noGuard } from "./guard.ts";
import { ListenError, type ListenAddress, joinHostPort, parseListenAddress } from "./listen-address.ts";
import { type Answer } from "./node-adapter.ts";
import { type NodeServer, createNodeServer } from "./node-server.ts";
import { activatedDescriptors } from "./systemd.ts";
import { TLSFiles } from "./tls-context.ts";
import { type WebConfig, WebConfigFile, isTLSEnabled } from "./web-config.ts";

/** How long the end waits for answers under way, ms (spec §1.1). */
const GRACE = 5000;
/** The longest Bun's server lets a connection be idle, s. Prometheus keeps its connections open between evaluations. */
const IDLE_SECONDS = 255;
/** What the API refuses itself must not be refused before it by the server, without a body. */
const ANY_SIZE = Number.MAX_SAFE_INTEGER;

export interface WebOptions {
  /** `--web.listen-address`, repeated. */
  readonly addresses: readonly string[];
  /** Take the sockets of systemd instead. */
  readonly systemdSocket: boolean;
  /** `--web.config.file`, "" for none. */
  readonly configFile: string;
  /** Reads and checks that file. @throws Error with upstream's text */
  readonly readConfig: (path: string) => WebConfig;
  readonly log: Logger;
}

export interface Web {
  /** `host:port` of each listener, as upstream logs it. */
  readonly addresses: readonly string[];
  /** Of the first listener. */
  readonly port: number;
  /** Begins to answer; requests that came before have waited. */
  serve(api: API): void;
  /** Takes no more connections and waits for answers under way, at most 5 s. */
  stop(): Promise<void>;
}

interface Listener {
  readonly address: string;
  readonly port: number;
  /** Resolves once every answer under way is sent. */
  close(): Promise<void>;
  destroy(): void;
}

/**
 * Opens the listeners (spec §2, §2.10). Connections are taken from then on, and answered from `serve` on.
 *
 * @throws ListenError, Error for the web configuration
 */
export async function listen(options: WebOptions): Promise<Web> {
  const { log } = options;
  const file = options.configFile === "" ? undefined : new WebConfigFile(options.configFile, options.readConfig);
  const tls = file !== undefined && isTLSEnabled(file.current().tls_server_config) ? new TLSFiles(file) : undefined;
  tls?.current();

  let start: (api: API) => void = () => undefined;
  const started = new Promise<API>((resolve) => {
    start = resolve;
  });
  const guard = file === undefined ? noGuard : createGuard(file, log);
  const answer: Answer = {
    handle: (request) => guard(request, async () => (await started).handle(request)),
    redirectDots: (request, atEnd) => guard(request, async () => (await started).redirectDots(request, atEnd)),
  };

  const nodeServer = () => createNodeServer({ answer, tls, log });
  const listeners: Listener[] = [];
  try {
    if (options.systemdSocket) {
      const descriptors = activatedDescriptors(process.env, process.pid);
      if (descriptors.length === 0) throw new Error("alertmanager/app: no socket activation file descriptors found");
      for (const fd of descriptors) listeners.push(await openNode(nodeServer(), { fd }, `fd:${fd}`));
    } else {
      for (const text of options.addresses) {
        if (text.startsWith("vsock://")) {
          log.warn("Listening on vsock is not supported, the address is ignored", { address: text });
          continue;
        }
        const address = parseListenAddress(text);
        const host = await hostOf(address);
        const opened =
          tls === undefined
            ? openBun(address, host, answer)
            : await openNode(nodeServer(), { host, port: address.port }, text);
        listeners.push(opened);
      }
    }
  } catch (e) {
    for (const listener of listeners) listener.destroy();
    throw e;
  }

  return {
    addresses: listeners.map(({ address }) => address),
    port: listeners[0]?.port ?? 0,
    serve(served) {
      start(served);
      for (const { address } of listeners) {
        log.info("Listening on", { address });
        const http2 = tls?.current().http2 ?? false;
        log.info(tls === undefined ? "TLS is disabled." : "TLS is enabled.", { http2, address });
      }
    },
    async stop() {
      let timer: Timer | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, GRACE);
      });
      await Promise.race([Promise.all(listeners.map((listener) => listener.close())), late]);
      clearTimeout(timer);
      for (const listener of listeners) listener.destroy();
    },
  };
}

/** The address to bind: as Go, one of a name's, IPv4 first; "" and 0.0.0.0 mean every interface of both kinds. */
async function hostOf({ text, host }: ListenAddress): Promise<string> {
  if (host === "" || host === "0.0.0.0") return "::";
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return (found.find(({ family }) => family === 4) ?? found[0])?.address ?? host;
  } catch {
    throw new ListenError(text, `listen tcp: lookup ${host}: no such host`);
  }
}

function openBun({ text, port }: ListenAddress, host: string, answer: Answer): Listener {
  const open = (hostname: string) =>
    Bun.serve({
      hostname,
      port,
      idleTimeout: IDLE_SECONDS,
      maxRequestBodySize: ANY_SIZE,
      development: false,
      routes: dotSegmentRoutes(answer.redirectDots),
      fetch: answer.handle,
    });
  let server: ReturnType<typeof open>;
  try {
    server = open(host);
  } catch (e) {
    // A machine without IPv6.
    if (host !== "::" || codeOf(e) === "EADDRINUSE" || codeOf(e) === "EACCES") throw bindError(text, e);
    try {
      server = open("0.0.0.0");
    } catch (again) {
      throw bindError(text, again);
    }
  }
  const bound = server.port ?? port;
  return {
    address: joinHostPort(server.hostname ?? host, bound),
    port: bound,
    close: () => server.stop(),
    destroy: () => void server.stop(true),
  };
}

function openNode(
  node: NodeServer,
  where: { readonly fd: number } | { readonly host: string; readonly port: number },
  text: string,
): Promise<Listener> {
  const { server } = node;
  return new Promise((resolve, reject) => {
    server.once("error", (e) => reject(bindError(text, e)));
    server.listen(where, () => {
      const { address, port } = server.address() as AddressInfo;
      const closed = new Promise<void>((done) => server.once("close", done));
      resolve({
        address: joinHostPort(address, port),
        port,
        close() {
          node.close();
          return closed;
        },
        destroy: () => node.destroy(),
      });
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "address already in use",
  EACCES: "permission denied",
  EADDRNOTAVAIL: "cannot assign requested address",
};

function codeOf(e: unknown): string {
  return (e as { readonly code?: string }).code ?? "";
}

function bindError(text: string, e: unknown): ListenError {
  const reason = REASONS[codeOf(e)] ?? (e instanceof Error ? e.message : String(e));
  return new ListenError(text, `listen tcp ${text}: bind: ${reason}`);
}
