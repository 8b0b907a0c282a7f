import { connect } from "node:net";
import { bareMetrics } from "../metrics/bare.ts";
import type { Metrics } from "../metrics/index.ts";
import { systemClock } from "../dispatch/clock.ts";
import { optionsOf, readFlags } from "../server/flags.ts";
import { createLogger } from "../server/logger.ts";
import { MemoryState } from "./cluster-harness.ts";
import { type Cluster, createCluster, readTLSTransportConfig } from "./index.ts";

/** A replica's part in a cluster, over real connections of 127.0.0.1. */
export interface Peer extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly state: MemoryState;
  readonly metrics: Metrics;
  readonly log: string[];
  /** `ip:port` it tells others. */
  readonly address: string;
  readonly port: number;
  /** Names of the members it sees, itself included. */
  members(): string[];
}

/** Makes one from flags, without their `--cluster.`; it does not join yet. @throws what createCluster throws */
export async function createPeer(...flags: readonly string[]): Promise<Peer> {
  const listens = flags.some((flag) => flag.startsWith("listen-address"));
  const quick = ["gossip-interval=10ms", "settle-timeout=0s", "probe-interval=200ms", "reconnect-interval=50ms"];
  const args = [...(listens ? [] : ["listen-address=127.0.0.1:0"]), ...quick, ...flags];
  const outcome = readFlags(
    args.map((flag) => `--cluster.${flag}`),
    "alertmanager",
    () => 80,
  );
  if (outcome.kind !== "run") throw new Error(JSON.stringify(outcome));
  const options = optionsOf(outcome.values);
  const tls = options.clusterTlsConfigFile === "" ? undefined : readTLSTransportConfig(options.clusterTlsConfigFile);
  const metrics = bareMetrics({ cluster: true, clusterTLS: tls !== undefined });
  const log: string[] = [];
  const cluster = await createCluster({
    flags: options,
    tls,
    clock: systemClock,
    log: createLogger({ level: "debug", format: "logfmt", write: (line) => log.push(line) }),
    metrics,
  });
  const address = cluster.view().peers[0]?.address ?? "";
  return {
    cluster,
    state: new MemoryState(systemClock),
    metrics,
    log,
    address,
    port: Number(address.slice(address.lastIndexOf(":") + 1)),
    members: () => cluster.view().peers.map(({ name }) => name),
    [Symbol.asyncDispose]: () => cluster.leave(),
  };
}

/** One that has joined. */
export async function startPeer(...flags: readonly string[]): Promise<Peer> {
  const peer = await createPeer(...flags);
  await peer.cluster.join(peer.state);
  return peer;
}

/** Sends bytes to a port and gives what came back until the other side closed. */
export function exchange(port: number, ...pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      for (const piece of pieces) socket.write(piece);
    });
    socket.on("data", (bytes: Buffer) => received.push(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(Buffer.concat(received)));
  });
}
