import { readFile } from "node:fs/promises";
import type { Server } from "../../config/plus/url.ts";
import type { TlsSettings } from "../../config/plus/tls.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { tlsOptions } from "./tls.ts";

/** One connection. It is opened once, and never again after it has ended. */
export interface Client {
  /** Rejects with what Redis answers, or when the connection has ended. */
  send(args: readonly (string | Buffer)[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: Buffer) => void): Promise<void>;
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<Error>;
  destroy(): void;
}

export interface Target {
  readonly server: Server;
  readonly tls: TlsSettings | undefined;
  /** "" for the default one. */
  readonly user: string;
  /** "" for none. */
  readonly password: string;
  readonly database: number;
  /** Sentinels of Redis 6 speak version 2; with version 3 a connection that subscribes can be asked other things too. */
  readonly protocol: 2 | 3;
  /** ms for all of it. */
  readonly patience: number;
  readonly clock: Clock;
  /** Ends the connection, whatever has become of it. */
  readonly signal: AbortSignal;
}

/** The password in a file, without a line end behind it; "" without a file. @throws Error naming the file */
export async function readPassword(file: string): Promise<string> {
  return file === "" ? "" : (await readFile(file, "utf8")).replace(/\r?\n$/, "");
}

/** @throws Error when there is no connection within the patience */
export async function openClient(target: Target): Promise<Client> {
  const { server, tls, user, password, database, protocol, patience, clock, signal } = target;
  const { createClient } = await import("redis");
  const address = { host: server.host, port: server.port, connectTimeout: patience, reconnectStrategy: false as const };
  const client = createClient({
    RESP: protocol,
    socket: tls === undefined ? address : { ...address, tls: true, ...(await tlsOptions(tls)) },
    ...(user === "" ? {} : { username: user }),
    ...(password === "" ? {} : { password }),
    database,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    // We count and time them ourselves.
    commandOptions: { timeout: 0 },
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<Error>();
  const giveUp = (reason: string): void => end(new Error(reason));
  client.on("error", (error: Error) => end(error));
  client.on("end", () => end(new Error("the connection was closed")));
  const cancelLate = clock.schedule(patience, () => giveUp(`no connection within ${patience} ms`));
  const onAbort = (): void => giveUp("the server is being stopped");
  signal.addEventListener("abort", onAbort);
  void ended.then(() => {
    client.destroy();
    cancelLate();
    signal.removeEventListener("abort", onAbort);
  });
  if (signal.aborted) onAbort();
  // A client that is given up before it has a socket does not let go of the one it then gets.
  const connected = client.connect().then(() => true);
  connected.then(
    () => void ended.then(() => client.destroy()),
    (error: Error) => end(error),
  );
  if (!(await Promise.race([connected, ended.then(() => false)]))) throw await ended;
  cancelLate();
  return {
    send: (args) => client.sendCommand([...args]),
    subscribe: (channel, listener) => client.subscribe(channel, listener, true),
    ended,
    destroy: () => giveUp("the connection was given up"),
  };
}

/** @throws Error with what Redis answers, or when that takes longer; the connection is at its end then */
export async function askOnce(client: Client, args: readonly string[], { patience, clock }: Target): Promise<unknown> {
  const cancel = clock.schedule(patience, () => client.destroy());
  try {
    return await client.send(args);
  } catch (error) {
    client.destroy();
    throw error;
  } finally {
    cancel();
  }
}
