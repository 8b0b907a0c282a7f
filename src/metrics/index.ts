import { clusterMetrics, tlsTransportMetrics } from "./cluster.ts";
import { dialerMetrics } from "./dialer.ts";
import { eventMetrics } from "./events.ts";
import type { Family } from "./family.ts";
import { Counter, Gauge, Vec } from "./instruments.ts";
import { notificationMetrics } from "./notifications.ts";
import { DEFAULT_BUCKETS, type Registration, register } from "./registration.ts";

export interface MetricsOptions {
  readonly build: {
    readonly version: string;
    readonly revision: string;
    readonly branch: string;
    readonly goversion: string;
    readonly tags: string;
  };
  /** Whether clustering is on: without it only `alertmanager_cluster_enabled 0` is there (spec §11). */
  readonly cluster: boolean;
  /** Whether its members speak TLS with each other. */
  readonly clusterTLS?: boolean;
  /** Feature flags (spec §1.2). */
  readonly features: {
    readonly alertNamesInMetrics: boolean;
    readonly receiverNameInMetrics: boolean;
    readonly groupKeyInMetrics: boolean;
    readonly eventRecorder: boolean;
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every metric upstream has (spec §12), each a field that the part it belongs to increments. Durations are in
 * seconds, sizes in bytes. `families` is what the exposition prints.
 */
export function createMetrics(options: MetricsOptions) {
  const { features } = options;
  const families: Family[] = [];
  const registration = register(families);
  const { add, counter, gauge, summary, histogram, counters, gauges, histograms, collected } = registration;

  const { version, revision, branch, goversion, tags } = options.build;
  gauges(
    "build_info",
    "A metric with a constant '1' value labeled by version, revision, branch, goversion from which alertmanager was built, and the goos and goarch for the build.",
    ["branch", "goarch", "goos", "goversion", "revision", "tags", "version"],
  )
    .with(branch, process.arch === "x64" ? "amd64" : process.arch, process.platform, goversion, revision, tags, version)
    .set(1);
  gauge("cluster_enabled", "Indicates whether the clustering is enabled or not.").set(options.cluster ? 1 : 0);

  const received = counters("alerts_received_total", "The total number of received alerts.", ["status", "version"]);

  return {
    families: families as readonly Family[],
    /** Adds a metric of our own, under its full name. */
    add,

    http: {
      /** s; handler, lower-case method, code */
      requestDuration: histograms(
        "http_request_duration_seconds",
        "Histogram of latencies for HTTP requests.",
        ["handler", "method", "code"],
        DEFAULT_BUCKETS,
      ),
      /** Not for the API; handler, lower-case method */
      responseSize: histograms(
        "http_response_size_bytes",
        "Histogram of response size for HTTP requests.",
        ["handler", "method"],
        [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
      ),
      requestsInFlight: gauges("http_requests_in_flight", "Current number of HTTP requests being processed.", [
        "method",
      ]).with("get"),
      concurrencyLimitExceeded: counters(
        "http_concurrency_limit_exceeded_total",
        "Total number of times an HTTP request failed because the concurrency limit was reached.",
        ["method"],
      ).with("get"),
    },

    /** Only those a route leads to. */
    receivers: gauge("receivers", "Number of configured receivers."),
    integrations: gauge("integrations", "Number of configured integrations."),
    inhibitionRules: gauge("inhibition_rules", "Number of configured inhibition rules."),
    alertsReceived: { firing: received.with("firing", "v2"), resolved: received.with("resolved", "v2") },
    alertsInvalid: counters("alerts_invalid_total", "The total number of received alerts that were invalid.", [
      "version",
    ]).with("v2"),

    config: {
      hash: gauge(
        "config_hash",
        "Hash of the currently loaded alertmanager configuration. Note that this is not a cryptographically strong hash.",
      ),
      lastReloadSuccessful: gauge(
        "config_last_reload_successful",
        "Whether the last configuration reload attempt was successful.",
      ),
      lastReloadSuccessTimestamp: gauge(
        "config_last_reload_success_timestamp_seconds",
        "Timestamp of the last successful configuration reload.",
      ),
    },

    alertsPerAlertLimit: gauge("alerts_per_alert_limit", "Current limit on number of alerts per alert name"),
    /** `with(alertname)`: the name shows only with its feature flag. */
    alertsLimited: optionalLabel(
      counters(
        "alerts_limited_total",
        "Total number of alerts that were dropped due to per alert name limit",
        features.alertNamesInMetrics ? ["alertname"] : [],
      ),
    ),
    /** `with("dispatcher")` or `with("inhibitor")` */
    alertsSubscriberChannelWrites: counters(
      "alerts_subscriber_channel_writes_total",
      "Number of times alerts were written to subscriber channels",
      ["subscriber"],
    ),
    /** Labels: state; with the feature flag group_key and state. Its `read` is given by the dispatcher. */
    alerts: collected(
      "alerts",
      "How many alerts by state.",
      features.groupKeyInMetrics ? ["group_key", "state"] : ["state"],
    ),

    dispatcher: {
      aggregationGroups: gauge("dispatcher_aggregation_groups", "Number of active aggregation groups"),
      alertProcessingDuration: summary(
        "dispatcher_alert_processing_duration_seconds",
        "Summary of latencies for the processing of alerts.",
      ),
      groupLimitReached: counter(
        "dispatcher_aggregation_group_limit_reached_total",
        "Number of times when dispatcher failed to create new aggregation group due to limit.",
      ),
      groupCreationRetries: counter(
        "dispatcher_aggregation_group_creation_retries_total",
        "Number of CAS retries while creating aggregation groups under contention.",
      ),
      groupCreationGivenUp: counter(
        "dispatcher_aggregation_group_creation_given_up_total",
        "Number of alerts dropped because aggregation group creation exceeded the retry limit.",
      ),
    },

    ...notificationMetrics(registration, features.receiverNameInMetrics),
    /** `with(reason)`: silence, inhibition, mute_time_interval, active_time_interval */
    notificationsSuppressed: counters(
      "notifications_suppressed_total",
      "The total number of notifications suppressed for being silenced, inhibited, outside of active time intervals or within muted time intervals.",
      ["reason"],
    ),

    nflog: {
      gcDuration: summary(
        "nflog_gc_duration_seconds",
        "Duration of the last notification log garbage collection cycle.",
      ),
      snapshotDuration: summary("nflog_snapshot_duration_seconds", "Duration of the last notification log snapshot."),
      snapshotSize: gauge("nflog_snapshot_size_bytes", "Size of the last notification log snapshot in bytes."),
      maintenance: counter("nflog_maintenance_total", "How many maintenances were executed for the notification log."),
      maintenanceErrors: counter(
        "nflog_maintenance_errors_total",
        "How many maintenances were executed for the notification log that failed.",
      ),
      queries: counter("nflog_queries_total", "Number of notification log queries were received."),
      /** Lookups that find no entry count too. */
      queryErrors: counter("nflog_query_errors_total", "Number notification log received queries that failed."),
      queryDuration: histogram("nflog_query_duration_seconds", "Duration of notification log query evaluation."),
      gossipMessagesPropagated: counter(
        "nflog_gossip_messages_propagated_total",
        "Number of received gossip messages that have been further gossiped.",
      ),
    },

    silences: {
      /** Labels: state; all three always. */
      byState: collected("silences", "How many silences by state.", ["state"]),
      gcDuration: summary("silences_gc_duration_seconds", "Duration of the last silence garbage collection cycle."),
      gcErrors: counter("silences_gc_errors_total", "How many silence GC errors were encountered."),
      snapshotDuration: summary("silences_snapshot_duration_seconds", "Duration of the last silence snapshot."),
      snapshotSize: gauge("silences_snapshot_size_bytes", "Size of the last silence snapshot in bytes."),
      maintenance: counter("silences_maintenance_total", "How many maintenances were executed for silences."),
      maintenanceErrors: counter(
        "silences_maintenance_errors_total",
        "How many maintenances were executed for silences that failed.",
      ),
      /** `with("index")` or `with("load_snapshot")` */
      matcherCompileErrors: counters(
        "silences_matcher_compile_errors_total",
        "How many silence matcher compilations failed.",
        ["stage"],
        [["index"], ["load_snapshot"]],
      ),
      queries: counter("silences_queries_total", "How many silence queries were received."),
      queryErrors: counter("silences_query_errors_total", "How many silence received queries did not succeed."),
      queryDuration: histogram("silences_query_duration_seconds", "Duration of silence query evaluation."),
      querySilencesScanned: counter(
        "silences_query_silences_scanned_total",
        "How many silences were scanned during query evaluation.",
      ),
      querySilencesSkipped: counter(
        "silences_query_silences_skipped_total",
        "How many silences were skipped during query evaluation using the version index.",
      ),
      gossipMessagesPropagated: counter(
        "silences_gossip_messages_propagated_total",
        "Number of received gossip messages that have been further gossiped.",
      ),
      stateSize: gauge("silences_state_size", "The number of silences in the state map."),
      matcherIndexSize: gauge("silences_matcher_index_size", "The number of entries in the matcher cache index."),
      versionIndexSize: gauge("silences_version_index_size", "The number of entries in the version index."),
    },

    cluster: options.cluster ? clusterMetrics(registration) : undefined,
    tlsTransport: options.clusterTLS === true ? tlsTransportMetrics(registration) : undefined,
    events: features.eventRecorder ? eventMetrics(registration) : undefined,

    dialer: dialerMetrics(registration),
    scrapes: {
      inFlight: add(
        "promhttp_metric_handler_requests_in_flight",
        "Current number of scrapes being served.",
        "gauge",
        [],
        new Gauge(),
      ),
      /** `with(code)` */
      total: scrapesTotal(registration),
    },
  };
}

function scrapesTotal({ add }: Registration) {
  const vec = new Vec(["code"], () => new Counter());
  for (const code of ["200", "500", "503"]) vec.with(code);
  return add(
    "promhttp_metric_handler_requests_total",
    "Total number of scrapes by HTTP status code.",
    "counter",
    vec.labelNames,
    vec,
  );
}

/** Lets callers pass a label value whether or not the metric shows it. */
function optionalLabel<T>(vec: Vec<T>): { with(label: string): T } {
  return vec.labelNames.length === 0 ? { with: () => vec.with() } : vec;
}
