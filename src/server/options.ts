import type { LogLevel } from "../core/interfaces/logging.ts";
import type { LogFormat } from "./logger.ts";

/** What the flags of `alertmanager` say. Names follow upstream's; every duration is in ms. */
export interface Options {
  readonly configFile: string;
  /** Our own settings; empty for none. */
  readonly plusConfigFile: string;
  readonly dataDir: string;
  readonly retentionMs: number;
  readonly maintenanceIntervalMs: number;
  /** Limits: 0 and below mean none. */
  readonly maxSilences: number;
  readonly maxSilenceSizeBytes: number;
  readonly silenceLogging: boolean;
  readonly alertGCIntervalMs: number;
  readonly perAlertNameLimit: number;
  readonly dispatchMaintenanceIntervalMs: number;
  readonly dispatchStartDelayMs: number;

  readonly webSystemdSocket: boolean;
  readonly webListenAddresses: readonly string[];
  /** TLS and basic authentication; empty for none. */
  readonly webConfigFile: string;
  /** Empty: made from host name and port. */
  readonly externalUrl: string;
  /** Empty: the path of the external URL. */
  readonly routePrefix: string;
  readonly getConcurrency: number;
  readonly httpTimeoutMs: number;

  /** Empty: no cluster. */
  readonly clusterBindAddr: string;
  readonly clusterAdvertiseAddr: string;
  /** Empty: a random one. */
  readonly clusterPeerName: string;
  readonly peers: readonly string[];
  readonly peerTimeoutMs: number;
  readonly peersResolveTimeoutMs: number;
  readonly gossipIntervalMs: number;
  readonly pushPullIntervalMs: number;
  readonly tcpTimeoutMs: number;
  readonly probeTimeoutMs: number;
  readonly probeIntervalMs: number;
  readonly settleTimeoutMs: number;
  readonly reconnectIntervalMs: number;
  readonly peerReconnectTimeoutMs: number;
  readonly clusterTlsConfigFile: string;
  readonly allowInsecureAdvertise: boolean;
  readonly clusterLabel: string;

  /** The list as given; see `parseFeatures`. */
  readonly featureFlags: string;
  readonly goMemLimitRatio: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** Why the server cannot start with these options, in upstream's words; undefined if it can. */
export function optionsError(options: Options): string | undefined {
  if (options.configFile === "") return "alertmanager/app: Options.ConfigFile is required";
  if (options.dataDir === "") return "alertmanager/app: Options.DataDir is required";
  const bad = firstNotPositive([
    ["Retention", options.retentionMs],
    ["MaintenanceInterval", options.maintenanceIntervalMs],
    ["AlertGCInterval", options.alertGCIntervalMs],
    ["DispatchMaintenanceInterval", options.dispatchMaintenanceIntervalMs],
  ]);
  if (bad !== undefined) return `alertmanager/app: Options.${bad} must be positive`;
  if (options.clusterBindAddr === "") return undefined;
  const badInCluster = firstNotPositive([
    ["PeerTimeout", options.peerTimeoutMs],
    ["PeersResolveTimeout", options.peersResolveTimeoutMs],
    ["GossipInterval", options.gossipIntervalMs],
    ["PushPullInterval", options.pushPullIntervalMs],
    ["TCPTimeout", options.tcpTimeoutMs],
    ["ProbeTimeout", options.probeTimeoutMs],
    ["ProbeInterval", options.probeIntervalMs],
    ["ReconnectInterval", options.reconnectIntervalMs],
    ["PeerReconnectTimeout", options.peerReconnectTimeoutMs],
  ]);
  if (badInCluster === undefined) return undefined;
  return `alertmanager/app: Options.${badInCluster} must be positive when clustering is enabled`;
}

function firstNotPositive(durations: readonly (readonly [name: string, ms: number])[]): string | undefined {
  return durations.find(([, ms]) => ms <= 0)?.[0];
}
