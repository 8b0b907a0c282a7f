import { DEFAULT_BUCKETS, type Registration } from "./registration.ts";

/** Metrics that are there only with clustering on (spec §12). */
export type ClusterMetrics = ReturnType<typeof clusterMetrics>;

export function clusterMetrics({ counter, counters, gauge, histograms, collected }: Registration) {
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
    failedPeers: gauge("cluster_failed_peers", "Number indicating the current number of failed peers in the cluster."),
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
    peersUpdate: counter("cluster_peers_update_total", "A counter of the number of peers that have updated metadata."),
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

/** Metrics that are there only with TLS between members (spec §12). */
export type TLSTransportMetrics = ReturnType<typeof tlsTransportMetrics>;

export function tlsTransportMetrics({ counter, counters }: Registration) {
  return {
    packetBytesSent: counter(
      "tls_transport_packet_bytes_sent_total",
      "The number of packet bytes sent to outgoing connections (excluding internal metadata).",
    ),
    packetBytesReceived: counter(
      "tls_transport_packet_bytes_received_total",
      "The number of packet bytes received from incoming connections (excluding internal metadata).",
    ),
    streamConnectionsSent: counter(
      "tls_transport_stream_connections_sent_total",
      "The number of stream connections sent.",
    ),
    streamConnectionsReceived: counter(
      "tls_transport_stream_connections_received_total",
      "The number of stream connections received.",
    ),
    readErrors: counter(
      "tls_transport_read_errors_total",
      "The number of errors encountered while reading from incoming connections.",
    ),
    /** `with("stream")` */
    writeErrors: counters(
      "tls_transport_write_errors_total",
      "The number of errors encountered while writing to outgoing connections.",
      ["connection_type"],
    ),
  };
}
