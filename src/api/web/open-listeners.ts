import type { Logger } from "../../core/interfaces/logging.ts";
import { checkUsers, isTLSEnabled, type WebConfig } from "./config.ts";
import { WebConfigFile } from "./config-file.ts";
import { createGuard, type Admits, type OnRequest } from "./guard.ts";
import { isVsock, parseListenAddress } from "./listen-address.ts";
import { type Address, listenDirectly, listenForRelay, type Listener } from "./listener.ts";
import { Relay } from "./relay.ts";
import { takeActivatedDescriptors } from "./systemd.ts";
import { checkHTTP2, TLSFiles } from "./tls-settings.ts";

export interface ListenOptions {
  /** `--web.listen-address`, repeated. */
  readonly addresses: readonly string[];
  /** Take the sockets systemd listens on instead. */
  readonly systemdSocket: boolean;
  /** `--web.config.file`; empty for none. */
  readonly webConfigFile: string;
  readonly log: Logger;
}

export interface Listeners {
  /** What is listened on, in the order given. */
  readonly addresses: readonly Address[];
  /**
   * Begins to answer; requests that came before have waited.
   *
   * @param admits whether a request needs no basic authentication, where the web configuration asks for that
   * @throws Error with upstream's text for a web configuration that cannot be used; nothing is listened on then
   */
  serve(onRequest: OnRequest, admits?: Admits): void;
  /** Takes no more connections and waits for answers under way, but no longer than `patienceMs`. */
  stop(patienceMs: number): Promise<void>;
}

/** The web configuration as it was when the listeners were opened, or why it cannot be read. */
type Start = { readonly config: WebConfig } | { readonly error: Error };

/**
 * Binds the listeners (spec §1.1, §2.10). As upstream, the address comes first: what is wrong with the web configuration
 * is only said by `serve`.
 *
 * @throws Error with upstream's text for an address that cannot be listened on
 */
export async function openListeners({
  addresses,
  systemdSocket,
  webConfigFile,
  log,
}: ListenOptions): Promise<Listeners> {
  const file = webConfigFile === "" ? undefined : new WebConfigFile(webConfigFile);
  const start = file === undefined ? undefined : readStart(file);
  const config = start !== undefined && "config" in start ? start.config : undefined;
  const tls =
    file !== undefined && config !== undefined && isTLSEnabled(config.tls_server_config)
      ? { files: new TLSFiles(file), http2: config.http_server_config.http2 }
      : undefined;

  let begin: (onRequest: OnRequest) => void = () => undefined;
  let serving: OnRequest | undefined;
  const served = new Promise<OnRequest>((resolve) => {
    begin = resolve;
  });
  const answer: OnRequest = (request, client) =>
    serving === undefined ? served.then((onRequest) => onRequest(request, client)) : serving(request, client);

  const relay = tls !== undefined || systemdSocket ? new Relay({ tls, onRequest: answer, log }) : undefined;
  const listeners: Listener[] = [];
  const destroy = () => {
    for (const listener of listeners) listener.destroy();
    relay?.destroy();
  };

  async function open(): Promise<void> {
    if (systemdSocket && relay !== undefined) {
      const descriptors = takeActivatedDescriptors(process.env, process.pid);
      if (descriptors.length === 0) throw new Error("alertmanager/app: no socket activation file descriptors found");
      for (const fd of descriptors) listeners.push(await listenForRelay({ fd }, relay));
      return;
    }
    for (const text of addresses) {
      if (isVsock(text)) {
        log.warn("Listening on vsock is not supported, the address is not served", { address: text });
        continue;
      }
      const address = await parseListenAddress(text);
      listeners.push(relay === undefined ? listenDirectly(address, answer, log) : await listenForRelay(address, relay));
    }
  }

  try {
    await open();
  } catch (e) {
    destroy();
    throw e;
  }

  return {
    addresses: listeners.map(({ address }) => address),
    serve(onRequest, admits) {
      try {
        serving = prepare(onRequest, admits);
      } catch (e) {
        const { message } = e as Error;
        log.error("Listen error", { err: message });
        destroy();
        throw new Error(`alertmanager: HTTP listener failed: ${message}`, { cause: e });
      }
      begin(serving);
    },
    async stop(patienceMs) {
      // The relay's connections are ended only once no new ones come.
      const closed = listeners.map((listener) => listener.stop());
      if (relay !== undefined) closed.push(relay.stop());
      if (!(await within(patienceMs, Promise.all(closed)))) {
        log.warn("graceful HTTP shutdown failed", { err: "context deadline exceeded" });
      }
      destroy();
    },
  };

  /** What answers, with the checks and lines of log in upstream's order. @throws Error */
  function prepare(onRequest: OnRequest, admits?: Admits): OnRequest {
    const logTLS = (message: string, http2: boolean) => {
      for (const { address } of listeners) log.info(message, { http2, address: address.text });
    };
    for (const { address } of listeners) log.info("Listening on", { address: address.text });
    if (file === undefined || start === undefined) {
      logTLS("TLS is disabled.", false);
      return onRequest;
    }
    if ("error" in start) throw start.error;
    checkUsers(start.config.basic_auth_users);
    const guarded = createGuard(file, start.config, log, onRequest, admits);
    if (tls === undefined) {
      logTLS("TLS is disabled.", false);
      return guarded;
    }
    tls.files.current();
    logTLS("TLS is enabled.", tls.http2);
    checkHTTP2(start.config);
    return guarded;
  }
}

function readStart(file: WebConfigFile): Start {
  try {
    return { config: file.current() };
  } catch (e) {
    return { error: e as Error };
  }
}

/** Whether a promise is fulfilled in time. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: Timer | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
