import { randomInt } from "node:crypto";
import type { Metrics } from "../metrics/index.ts";
import { Counter, Vec } from "../metrics/instruments.ts";
import { TLSFiles } from "../api/web/tls-settings.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { Clock } from "../dispatch/clock.ts";
import { createTlsClient } from "../notify/http/tls.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Options } from "../server/options.ts";
import { formatAddress, hasNonlocal, isAny, isUnroutable, splitFlag, type Address } from "./address.ts";
import { deduceAdvertiseIP, finalAdvertiseIP, type Discovery } from "./advertise.ts";
import { Cluster } from "./cluster.ts";
import { localAddresses } from "./interfaces.ts";
import { bounded, resolvePeers, systemLookup } from "./resolve.ts";
import { listenTCP, type TLS } from "./tcp.ts";
import type { TLSTransportConfig } from "./tls-config.ts";
import { ulid } from "./ulid.ts";

export type { Cluster } from "./cluster.ts";
export { readTLSTransportConfig } from "./tls-config.ts";

export interface CreateOptions {
  /** What the `--cluster.*` flags say; the address to listen on is not empty. */
  readonly flags: Options;
  /** Undefined for connections that are not encrypted. */
  readonly tls: TLSTransportConfig | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Made for a cluster. */
  readonly metrics: Metrics;
}

/** What upstream's messages call everything that keeps its network layer from starting. */
const CREATE = "create memberlist: ";
const LONGEST_LABEL = 255;
/** Keeps apart processes that start in the same millisecond; with the time it fits a JavaScript number. */
const STARTS_PER_MS = 2048;

/**
 * Looks the peers up and listens for others. Nobody is told or asked anything before `join`.
 *
 * @throws Error in upstream's words, but for what it begins with: what was being done
 */
export async function createCluster({ flags, tls, clock, log: serverLog, metrics }: CreateOptions): Promise<Cluster> {
  const log = serverLog.with({ component: "cluster" });
  const bind = splitFlag(flags.clusterBindAddr, "listen");
  const advertise = flags.clusterAdvertiseAddr === "" ? undefined : splitFlag(flags.clusterAdvertiseAddr, "advertise");
  const lookup = bounded(systemLookup, clock, flags.peersResolveTimeoutMs);
  const resolved = await resolvePeers(flags.peers, flags.clusterAdvertiseAddr, lookup).catch((e: Error) => {
    throw new Error(`resolve peers: ${e.message}`, { cause: e });
  });
  const given = [...resolved.addresses, ...resolved.unresolved];
  log.debug("resolved peers to following addresses", { peers: given.join(",") });

  const explicit = chooseAddress(bind, advertise, given, flags.allowInsecureAdvertise, log);
  const name = flags.clusterPeerName === "" ? ulid(clock.now()) : flags.clusterPeerName;
  if (tls !== undefined) log.info("using TLS for gossip");
  if (Buffer.byteLength(flags.clusterLabel) > LONGEST_LABEL) {
    throw new Error(`${CREATE}could not use ${goQuote(flags.clusterLabel)} as a label: too long`);
  }
  const transport = await listen(bind, tls, metrics, log);
  let address: string;
  try {
    address = formatAddress(ownAddress(explicit, bind, transport.address));
  } catch (e) {
    await transport.close();
    throw e;
  }

  return new Cluster({
    clock,
    log,
    metrics: present(metrics.cluster, "metrics of a cluster"),
    refused: metrics.add(
      "alertmanager_plus_cluster_refused_connections_total",
      "Connections between replicas that came to nothing, by reason.",
      "counter",
      ["reason"],
      new Vec(["reason"], () => new Counter()),
    ),
    propagated: {
      silences: metrics.silences.gossipMessagesPropagated,
      logEntries: metrics.nflog.gossipMessagesPropagated,
    },
    transport,
    self: { name, address, incarnation: clock.now() * STARTS_PER_MS + randomInt(STARTS_PER_MS) },
    label: flags.clusterLabel,
    peers: flags.peers,
    resolved: { ...resolved, addresses: resolved.addresses.filter((peer) => peer !== address) },
    lookup,
    random: Math.random,
    retention: flags.retentionMs,
    gossipInterval: flags.gossipIntervalMs,
    probeInterval: flags.probeIntervalMs,
    probeTimeout: flags.probeTimeoutMs,
    reconnectInterval: flags.reconnectIntervalMs,
    reconnectTimeout: flags.peerReconnectTimeoutMs,
    tcpTimeout: flags.tcpTimeoutMs,
    peerTimeout: flags.peerTimeoutMs,
    peersResolveTimeout: flags.peersResolveTimeoutMs,
    pushPullInterval: flags.pushPullIntervalMs,
    settleTimeout: flags.settleTimeoutMs,
  });
}

const discovery: Discovery = {
  privateIP: () => localAddresses().private[0] ?? "",
  publicIP: () => localAddresses().public[0] ?? "",
};

/** What to advertise, as far as it is known before listening; undefined to go by what is listened on. */
function chooseAddress(
  bind: Address,
  advertise: Address | undefined,
  peers: readonly string[],
  allowPublic: boolean,
  log: Logger,
): Address | undefined {
  let ip: string;
  try {
    ip = deduceAdvertiseIP(bind.host, advertise?.host ?? "", allowPublic, discovery);
  } catch (e) {
    log.warn(`couldn't deduce an advertise address: ${(e as Error).message}`);
    return advertise;
  }
  if (hasNonlocal(peers) && isUnroutable(ip)) {
    log.warn("this node advertises itself on an unroutable address", { addr: ip });
    log.warn("this node will be unreachable in the cluster");
    log.warn("provide --cluster.advertise-address as a routable IP address or hostname");
  } else if (isAny(bind.host) && (advertise?.host ?? "") === "") {
    log.info("setting advertise address explicitly", { addr: ip, port: bind.port });
    return { host: ip, port: bind.port };
  }
  return advertise;
}

async function listen(bind: Address, config: TLSTransportConfig | undefined, metrics: Metrics, log: Logger) {
  const where = `on ${goQuote(bind.host)} port ${bind.port}: `;
  if (config !== undefined) {
    const tls = tlsOf(config, metrics);
    return listenTCP(bind, tls, log).catch((e: Error) => {
      throw new Error(`tls transport: failed to start TLS listener ${where}${e.message}`, { cause: e });
    });
  }
  return listenTCP(bind, undefined, log).catch((e: Error) => {
    const inside = "could not set up network transport: failed to obtain an address: failed to start TCP listener ";
    throw new Error(`${CREATE}${inside}${where}${e.message}`, { cause: e });
  });
}

function tlsOf(config: TLSTransportConfig, metrics: Metrics): TLS {
  const server = new TLSFiles({ current: () => config });
  within("tls transport: invalid TLS server config: ", () => server.current());
  const client = within("tls transport: invalid TLS client config: ", () => createTlsClient(config.tls_client_config));
  return { server, client, metrics: present(metrics.tlsTransport, "metrics of a cluster with TLS") };
}

function ownAddress(explicit: Address | undefined, bind: Address, bound: Address): Address {
  const host = within(`${CREATE}failed to get final advertise address: `, () =>
    finalAdvertiseIP(explicit?.host ?? "", bind.host, bound.host, discovery),
  );
  const port = (explicit?.host ?? "") === "" ? 0 : (explicit?.port ?? 0);
  return { host, port: port === 0 ? bound.port : port };
}

function within<T>(doing: string, act: () => T): T {
  try {
    return act();
  } catch (e) {
    throw new Error(doing + (e as Error).message, { cause: e });
  }
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} were expected`);
  return value;
}
