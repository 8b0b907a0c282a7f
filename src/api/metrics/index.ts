import type { FailureReason } from "../../core/model/notification.ts";
import { FAILURE_REASONS } from "../../core/model/notification.ts";
import { type Family, type Instrument, type MetricType, Collected, family } from "./family.ts";
import { Counter, Gauge, Histogram, Summary, Vec } from "./instruments.ts";

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
  /** Feature flags (spec §1.2). */
  readonly features: {
    readonly alertNamesInMetrics: boolean;
    readonly receiverNameInMetrics: boolean;
    readonly groupKeyInMetrics: boolean;
    readonly eventRecorder: boolean;
  };
}

/** What one integration counts. Fetch it once per publisher and keep it until the next reload. */
export interface IntegrationMetrics {
  readonly notifications: Counter;
  readonly requests: Counter;
  readonly requestsFailed: Counter;
  /** s */
  readonly latency: Histogram;
  failed(reason: FailureReason): Counter;
}

export type Metrics = ReturnType<typeof createMetrics>;

const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Upstream's names; all of them are shown from the start (spec §12). */
const INTEGRATIONS =
  "email pagerduty wechat pushover slack opsgenie webhook victorops sns telegram discord webex msteams msteamsv2 incidentio jira rocketchat mattermost".split(
    " ",
  );

/**
 * Every metric upstream has (spec §12), each a field that the part it belongs to increments. Durations are in
 * seconds, sizes in bytes. `families` is what the exposition prints.
 */
export function createMetrics(options: MetricsOptions) {
  const { features } = options;
  const families: Family[] = [];
  const add = <T extends Instrument | Vec<Instrument> | Collected>(
    name: string,
    help: string,
    type: MetricType,
    labels: readonly string[],
    source: T,
  ): T => {
    families.push(family(name, help, type, labels, source));
    return source;
  };
  const full = (name: string) => `alertmanager_${name}`;
  const counter = (name: string, help: string) => add(full(name), help, "counter", [], new Counter());
  const gauge = (name: string, help: string) => add(full(name), help, "gauge", [], new Gauge());
  const summary = (name: string, help: string) => add(full(name), help, "summary", [], new Summary());
  const histogram = (name: string, help: string) =>
    add(full(name), help, "histogram", [], new Histogram(DEFAULT_BUCKETS));
  const counters = (name: string, help: string, labels: readonly string[], presets: readonly string[][] = []) => {
    const vec = new Vec(labels, () => new Counter());
    for (const preset of presets) vec.with(...preset);
    return add(full(name), help, "counter", labels, vec);
  };
  const gauges = (name: string, help: string, labels: readonly string[]) =>
    add(full(name), help, "gauge", labels, new Vec(labels, () => new Gauge()));
  const histograms = (name: string, help: string, labels: readonly string[], bounds: readonly number[]) =>
    add(full(name), help, "histogram", labels, new Vec(labels, () => new Histogram(bounds)));
  const collected = (name: string, help: string, labels: readonly string[]) =>
    add(full(name), help, "gauge", labels, new Collected());

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

    ...notificationMetrics(features.receiverNameInMetrics),
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

    cluster: options.cluster ? clusterMetrics() : undefined,
    events: features.eventRecorder ? eventMetrics() : undefined,

    dialer: dialerMetrics(),
    scrapes: {
      inFlight: add(
        "promhttp_metric_handler_requests_in_flight",
        "Current number of scrapes being served.",
        "gauge",
        [],
        new Gauge(),
      ),
      /** `with(code)` */
      total: scrapesTotal(),
    },
  };

  function notificationMetrics(withReceiver: boolean) {
    const labels = withReceiver ? ["integration", "receiver_name"] : ["integration"];
    const notifications = counters("notifications_total", "The total number of attempted notifications.", labels);
    const failed = counters("notifications_failed_total", "The total number of failed notifications.", [
      ...labels,
      "reason",
    ]);
    const requests = counters(
      "notification_requests_total",
      "The total number of attempted notification requests.",
      labels,
    );
    const requestsFailed = counters(
      "notification_requests_failed_total",
      "The total number of failed notification requests.",
      labels,
    );
    const latency = histograms(
      "notification_latency_seconds",
      "The latency of notifications in seconds.",
      labels,
      [1, 5, 10, 15, 20],
    );
    const integration = (type: string, receiver: string): IntegrationMetrics => {
      const values = withReceiver ? [type, receiver] : [type];
      for (const reason of FAILURE_REASONS) failed.with(...values, reason);
      return {
        notifications: notifications.with(...values),
        requests: requests.with(...values),
        requestsFailed: requestsFailed.with(...values),
        latency: latency.with(...values),
        failed: (reason) => failed.with(...values, reason),
      };
    };
    if (!withReceiver) for (const type of INTEGRATIONS) integration(type, "");
    return {
      /** The children of one integration of one receiver, all at 0 the first time. */
      integration,
      /** Before the integrations of a new configuration ask for theirs: with receiver names the old ones go (spec §12). */
      resetIntegrations(): void {
        if (!withReceiver) return;
        for (const vec of [notifications, failed, requests, requestsFailed, latency]) vec.reset();
      },
    };
  }

  function clusterMetrics() {
    const types = [["full_state"], ["update"]];
    const keys = [["nfl"], ["sil"]];
    const oversized = histograms(
      "oversize_gossip_message_duration_seconds",
      "Duration of oversized gossip message requests.",
      ["key"],
      DEFAULT_BUCKETS,
    );
    for (const key of keys) oversized.with(...key);
    return {
      /** Labels: peer; value 1. */
      peerInfo: collected("cluster_peer_info", "A metric with a constant '1' value labeled by peer name.", ["peer"]),
      failedPeers: gauge(
        "cluster_failed_peers",
        "Number indicating the current number of failed peers in the cluster.",
      ),
      reconnections: counter("cluster_reconnections_total", "A counter of the number of cluster peer reconnections."),
      reconnectionsFailed: counter(
        "cluster_reconnections_failed_total",
        "A counter of the number of failed cluster peer reconnection attempts.",
      ),
      refreshJoin: counter("cluster_refresh_join_total", "A counter of the number of cluster peer joined via refresh."),
      refreshJoinFailed: counter(
        "cluster_refresh_join_failed_total",
        "A counter of the number of failed cluster peer joined attempts via refresh.",
      ),
      peersJoined: counter("cluster_peers_joined_total", "A counter of the number of peers that have joined."),
      peersLeft: counter("cluster_peers_left_total", "A counter of the number of peers that have left."),
      peersUpdate: counter(
        "cluster_peers_update_total",
        "A counter of the number of peers that have updated metadata.",
      ),
      /** The next four: `with("full_state")` or `with("update")`. */
      messagesReceived: counters(
        "cluster_messages_received_total",
        "Total number of cluster messages received.",
        ["msg_type"],
        types,
      ),
      messagesReceivedSize: counters(
        "cluster_messages_received_size_total",
        "Total size of cluster messages received.",
        ["msg_type"],
        types,
      ),
      messagesSent: counters(
        "cluster_messages_sent_total",
        "Total number of cluster messages sent.",
        ["msg_type"],
        types,
      ),
      messagesSentSize: counters(
        "cluster_messages_sent_size_total",
        "Total size of cluster messages sent.",
        ["msg_type"],
        types,
      ),
      messagesPruned: counter("cluster_messages_pruned_total", "Total number of cluster messages pruned."),
      members: gauge("cluster_members", "Number indicating current number of members in cluster."),
      peerPosition: gauge(
        "peer_position",
        "Position the Alertmanager instance believes it's in. The position determines a peer's behavior in the cluster.",
      ),
      healthScore: gauge(
        "cluster_health_score",
        "Health score of the cluster. Lower values are better and zero means 'totally healthy'.",
      ),
      messagesQueued: gauge("cluster_messages_queued", "Number of cluster messages which are queued."),
      /** `with(peer)` */
      aliveMessages: counters("cluster_alive_messages_total", "Total number of received alive messages.", ["peer"]),
      /** `with(peer)`, s */
      pings: histograms(
        "cluster_pings_seconds",
        "Histogram of latencies for ping messages.",
        ["peer"],
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
      ),
      peerNameConflicts: counter(
        "cluster_peer_name_conflicts_total",
        "Total number of times memberlist has noticed conflicting peer names",
      ),
      /** The rest: `with("nfl")` or `with("sil")`. */
      oversizedFailure: counters(
        "oversized_gossip_message_failure_total",
        "Number of oversized gossip message sends that failed.",
        ["key"],
        keys,
      ),
      oversizedSent: counters(
        "oversized_gossip_message_sent_total",
        "Number of oversized gossip message sent.",
        ["key"],
        keys,
      ),
      oversizedDropped: counters(
        "oversized_gossip_message_dropped_total",
        "Number of oversized gossip messages that were dropped due to a full message queue.",
        ["key"],
        keys,
      ),
      oversizeDuration: oversized,
    };
  }

  function eventMetrics() {
    return {
      queueLength: gauge(
        "event_recorder_queue_length",
        "Current number of events waiting in the event recorder write queue.",
      ),
      recorded: counters("events_recorded_total", "The total number of events recorded by the event recorder.", [
        "event_type",
        "output",
        "result",
      ]),
      bytesWritten: counters(
        "event_recorder_bytes_written_total",
        "The total number of bytes written to the event recorder.",
        ["event_type", "output"],
      ),
      dropped: counters("events_dropped_total", "The total number of events dropped due to a full queue.", [
        "event_type",
      ]),
      serializeErrors: counters(
        "event_serialize_errors_total",
        "The total number of events that failed to serialize.",
        ["event_type"],
      ),
      outputDrops: counters(
        "event_output_drops_total",
        "The total number of events dropped by an output due to a full local buffer.",
        ["output"],
      ),
      kafkaProduceErrors: counters(
        "event_kafka_produce_errors_total",
        "The total number of Kafka produce attempts that failed.",
        ["output", "error_type"],
      ),
    };
  }

  /** Connections of the HTTP clients of receivers, by the name upstream gives the client; shown once one is used. */
  function dialerMetrics() {
    const vec = (verb: string, what: string, labels: readonly string[]) =>
      add(`net_conntrack_dialer_conn_${verb}_total`, what, "counter", labels, new Vec(labels, () => new Counter()));
    return {
      attempted: vec("attempted", "Total number of connections attempted by the given dialer a given name.", [
        "dialer_name",
      ]),
      closed: vec("closed", "Total number of connections closed which originated from the dialer of a given name.", [
        "dialer_name",
      ]),
      established: vec(
        "established",
        "Total number of connections successfully established by the given dialer a given name.",
        ["dialer_name"],
      ),
      failed: vec("failed", "Total number of connections failed to dial by the dialer a given name.", [
        "dialer_name",
        "reason",
      ]),
    };
  }

  function scrapesTotal() {
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
}

/** Lets callers pass a label value whether or not the metric shows it. */
function optionalLabel<T>(vec: Vec<T>): { with(label: string): T } {
  return vec.labelNames.length === 0 ? { with: () => vec.with() } : vec;
}
