import type { Registration } from "./registration.ts";

/** Metrics that are there only with the event recorder (spec §12). */
export function eventMetrics({ gauge, counters }: Registration) {
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
    serializeErrors: counters("event_serialize_errors_total", "The total number of events that failed to serialize.", [
      "event_type",
    ]),
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
