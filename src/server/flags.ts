import { FEATURE_NAMES } from "./features.ts";
import {
  type Application,
  type Flag,
  HELP_FLAGS,
  type Outcome,
  readCommandLine,
  type Values,
  VERSION,
} from "../kingpin/index.ts";
import {
  boolValue,
  choiceValue,
  durationOrSecondsValue,
  durationValue,
  floatValue,
  intValue,
  stringsValue,
  stringValue,
  type ValueType,
} from "../kingpin/values.ts";
import { LOG_LEVELS } from "../core/interfaces/logging.ts";
import { LOG_FORMATS } from "./logger.ts";
import type { Options } from "./options.ts";
import { versionText } from "./version.ts";

function flag<T>(name: string, type: ValueType<T>, defaultText: string | undefined, help: string): Flag<T> {
  return { name, type, help, ...(defaultText !== undefined && { default: defaultText }) };
}

/** The flags of `alertmanager` (spec §1.1) in the order of its help. */
const FLAGS = {
  configFile: flag("config.file", stringValue, "alertmanager.yml", "Configuration file to load."),
  dataDir: flag("storage.path", stringValue, "data/", "Directory that holds all stored data."),
  retention: flag("data.retention", durationValue, "120h", "Time after which stored data is deleted."),
  maintenanceInterval: flag(
    "data.maintenance-interval",
    durationValue,
    "15m",
    "Time between two runs that delete old silences and notification log entries and write the rest to disk.",
  ),
  maxSilences: flag(
    "silences.max-silences",
    intValue,
    "0",
    "How many silences may exist, expired ones included. No limit if zero or negative.",
  ),
  maxSilenceSizeBytes: flag(
    "silences.max-silence-size-bytes",
    intValue,
    "0",
    "How many bytes one silence may have. No limit if zero or negative.",
  ),
  silenceLogging: flag("log.silences", boolValue, undefined, "Log every silence that is created, changed or expires."),
  alertGCInterval: flag("alerts.gc-interval", durationValue, "30m", "Time between two runs that drop resolved alerts."),
  perAlertNameLimit: flag(
    "alerts.per-alertname-limit",
    intValue,
    "0",
    "How many alerts of one alertname may exist. No limit if zero or negative.",
  ),
  dispatchMaintenanceInterval: flag(
    "dispatch.maintenance-interval",
    durationValue,
    "30s",
    "Time between two runs of the dispatcher that drop empty aggregation groups.",
  ),
  dispatchStartDelay: flag(
    "dispatch.start-delay",
    durationValue,
    "0s",
    "Shortest time to wait after the start before alerts are dispatched. Best set to the value Prometheus has for --rules.alert.resend-delay.",
  ),
  webSystemdSocket: flag(
    "web.systemd-socket",
    boolValue,
    undefined,
    "Listen on the sockets systemd passes on instead of on ports (Linux only).",
  ),
  webListenAddresses: flag(
    "web.listen-address",
    stringsValue,
    ":9093",
    "Address to listen on for the web interface, the API and metrics; may be given several times. For example `:9100` or `[::1]:9100` for http, `vsock://:9100` for vsock",
  ),
  webConfigFile: flag(
    "web.config.file",
    stringValue,
    "",
    "File that turns on TLS or authentication. Its format: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md",
  ),
  externalUrl: flag(
    "web.external-url",
    stringValue,
    undefined,
    "URL under which others reach this Alertmanager, for example behind a reverse proxy. Links in notifications start with it, and its path, if any, comes before every HTTP endpoint. Without it, host name and port are used.",
  ),
  routePrefix: flag(
    "web.route-prefix",
    stringValue,
    undefined,
    "Path before the HTTP endpoints inside. The path of --web.external-url if not given.",
  ),
  getConcurrency: flag(
    "web.get-concurrency",
    intValue,
    "0",
    "How many GET requests are served at the same time. If zero or negative, the number of processors or 8, whichever is larger.",
  ),
  httpTimeout: flag(
    "web.timeout",
    durationOrSecondsValue,
    "0",
    "Longest time an HTTP request may take. No limit if zero or negative.",
  ),
  goMemLimitRatio: flag(
    "auto-gomemlimit.ratio",
    floatValue,
    "0.9",
    "Share of the memory of the container or machine to keep within. More than 0, at most 1.",
  ),
  clusterBindAddr: flag(
    "cluster.listen-address",
    stringValue,
    "0.0.0.0:9094",
    "Address to listen on for other replicas. Empty for no high availability.",
  ),
  clusterAdvertiseAddr: flag(
    "cluster.advertise-address",
    stringValue,
    undefined,
    "Address the other replicas are told to use.",
  ),
  clusterPeerName: flag("cluster.peer-name", stringValue, "", "Name of this replica. A random one if empty."),
  peers: flag("cluster.peer", stringsValue, undefined, "Replica to join at the start (may be repeated)."),
  peerTimeout: flag(
    "cluster.peer-timeout",
    durationValue,
    "15s",
    "Time a replica waits for each one before it to send a notification.",
  ),
  peersResolveTimeout: flag("cluster.peers-resolve-timeout", durationValue, "15s", "Time to look up peers in."),
  gossipInterval: flag(
    "cluster.gossip-interval",
    durationValue,
    "200ms",
    "Time between two messages to other replicas. Shorter spreads news faster and takes more bandwidth.",
  ),
  pushPullInterval: flag(
    "cluster.pushpull-interval",
    durationValue,
    "1m0s",
    "Time between two exchanges of the full state. Shorter brings large clusters together faster and takes more bandwidth.",
  ),
  tcpTimeout: flag(
    "cluster.tcp-timeout",
    durationValue,
    "10s",
    "Longest time to connect to a replica for an exchange of the full state, to read and to write.",
  ),
  probeTimeout: flag(
    "cluster.probe-timeout",
    durationValue,
    "500ms",
    "Longest time to wait for a replica's answer to a probe before it counts as unhealthy. The 99th percentile of the round-trip time is a good value.",
  ),
  probeInterval: flag(
    "cluster.probe-interval",
    durationValue,
    "1s",
    "Time between two probes. Shorter finds failed replicas sooner and takes more bandwidth.",
  ),
  settleTimeout: flag(
    "cluster.settle-timeout",
    durationValue,
    "1m0s",
    "Longest time to wait for the cluster to settle before notifications are considered.",
  ),
  reconnectInterval: flag(
    "cluster.reconnect-interval",
    durationValue,
    "10s",
    "Time between two tries to reach a lost replica.",
  ),
  peerReconnectTimeout: flag(
    "cluster.reconnect-timeout",
    durationValue,
    "6h0m0s",
    "Time after which a lost replica is given up.",
  ),
  clusterTlsConfigFile: flag(
    "cluster.tls-config",
    stringValue,
    "",
    "[EXPERIMENTAL] YAML file that turns on mutual TLS between replicas.",
  ),
  allowInsecureAdvertise: flag(
    "cluster.allow-insecure-public-advertise-address-discovery",
    boolValue,
    undefined,
    "[EXPERIMENTAL] Let a public IP address be found and used to listen on.",
  ),
  clusterLabel: flag(
    "cluster.label",
    stringValue,
    "",
    "Text that every message between replicas carries. Replicas with another one are not listened to.",
  ),
  featureFlags: flag(
    "enable-feature",
    stringValue,
    "",
    `Experimental features to turn on, separated by commas. Valid options: ${FEATURE_NAMES.join(", ")}`,
  ),
  plusConfigFile: flag(
    "plus.config.file",
    stringValue,
    "",
    "Settings Alertmanager does not have: storage, publishing, history.",
  ),
  logLevel: flag(
    "log.level",
    choiceValue("log level", LOG_LEVELS, true),
    "info",
    `Least severity of messages to log. One of: [${LOG_LEVELS.join(", ")}]`,
  ),
  logFormat: flag(
    "log.format",
    choiceValue("log format", LOG_FORMATS, false),
    "logfmt",
    `Format of log messages. One of: [${LOG_FORMATS.join(", ")}]`,
  ),
} as const;

/** The Prometheus operator's spelling of `--silences.max-silence-size-bytes`, which upstream does not know. */
const MAX_PER_SILENCE_BYTES: Flag<number> = {
  ...flag("silences.max-per-silence-bytes", intValue, undefined, "The same as --silences.max-silence-size-bytes."),
  hidden: true,
};

/** Reads the command line of `alertmanager`; `name` is what it was called by. */
export function readFlags(args: readonly string[], name: string, width: () => number): Outcome {
  return readCommandLine(application(name), args, width);
}

function application(name: string): Application {
  return {
    name,
    help: "",
    version: versionText("alertmanager"),
    flags: [...HELP_FLAGS, ...Object.values(FLAGS), MAX_PER_SILENCE_BYTES, VERSION],
    usage: "default",
  };
}

/** The options a command line says. */
export function optionsOf(values: Values): Options {
  const get = <T>(flag: Flag<T>): T => values.get(flag);
  return {
    configFile: get(FLAGS.configFile),
    plusConfigFile: get(FLAGS.plusConfigFile),
    dataDir: get(FLAGS.dataDir),
    retentionMs: get(FLAGS.retention),
    maintenanceIntervalMs: get(FLAGS.maintenanceInterval),
    maxSilences: get(FLAGS.maxSilences),
    maxSilenceSizeBytes: get(values.given(MAX_PER_SILENCE_BYTES) ? MAX_PER_SILENCE_BYTES : FLAGS.maxSilenceSizeBytes),
    silenceLogging: get(FLAGS.silenceLogging),
    alertGCIntervalMs: get(FLAGS.alertGCInterval),
    perAlertNameLimit: get(FLAGS.perAlertNameLimit),
    dispatchMaintenanceIntervalMs: get(FLAGS.dispatchMaintenanceInterval),
    dispatchStartDelayMs: get(FLAGS.dispatchStartDelay),
    webSystemdSocket: get(FLAGS.webSystemdSocket),
    webListenAddresses: get(FLAGS.webListenAddresses),
    webConfigFile: get(FLAGS.webConfigFile),
    externalUrl: get(FLAGS.externalUrl),
    routePrefix: get(FLAGS.routePrefix),
    getConcurrency: get(FLAGS.getConcurrency),
    httpTimeoutMs: get(FLAGS.httpTimeout),
    clusterBindAddr: get(FLAGS.clusterBindAddr),
    clusterAdvertiseAddr: get(FLAGS.clusterAdvertiseAddr),
    clusterPeerName: get(FLAGS.clusterPeerName),
    peers: get(FLAGS.peers),
    peerTimeoutMs: get(FLAGS.peerTimeout),
    peersResolveTimeoutMs: get(FLAGS.peersResolveTimeout),
    gossipIntervalMs: get(FLAGS.gossipInterval),
    pushPullIntervalMs: get(FLAGS.pushPullInterval),
    tcpTimeoutMs: get(FLAGS.tcpTimeout),
    probeTimeoutMs: get(FLAGS.probeTimeout),
    probeIntervalMs: get(FLAGS.probeInterval),
    settleTimeoutMs: get(FLAGS.settleTimeout),
    reconnectIntervalMs: get(FLAGS.reconnectInterval),
    peerReconnectTimeoutMs: get(FLAGS.peerReconnectTimeout),
    clusterTlsConfigFile: get(FLAGS.clusterTlsConfigFile),
    allowInsecureAdvertise: get(FLAGS.allowInsecureAdvertise),
    clusterLabel: get(FLAGS.clusterLabel),
    featureFlags: get(FLAGS.featureFlags),
    goMemLimitRatio: get(FLAGS.goMemLimitRatio),
    logLevel: get(FLAGS.logLevel),
    logFormat: get(FLAGS.logFormat),
  };
}
