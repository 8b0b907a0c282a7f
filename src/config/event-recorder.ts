import { goQuote } from "../core/model/goquote.ts";
import { httpConfig } from "./http-config.ts";
import { list, optional, refuse, strings } from "./schema/collections.ts";
import { promDuration, secretUrl } from "./schema/go-types.ts";
import { bool, int, string, stringNamed } from "./schema/scalars.ts";
import { shown, struct } from "./schema/struct.ts";
import type { ValueOf } from "./schema/type.ts";
import { tlsConfig } from "./tls-config.ts";
import type { EventFileOutput, EventKafkaOutput, EventRecorderConfig, EventWebhookOutput } from "./types.ts";

const fileOutput = struct<EventFileOutput>({
  name: "eventrecorder.FileOutputConfig",
  fields: { path: shown(string) },
  validate: ({ path }) => {
    if (path === "") refuse("event_recorder file output requires a path");
  },
});

/** An output given as null has no URL; nothing is sent there. */
type WebhookFile = Omit<EventWebhookOutput, "url"> & { url: EventWebhookOutput["url"] | undefined };

const webhookOutput = struct<WebhookFile>({
  name: "eventrecorder.WebhookOutputConfig",
  fields: {
    url: shown(secretUrl),
    http_config: optional(httpConfig),
    timeout: promDuration,
    workers: int,
    max_retries: int,
    retry_backoff: promDuration,
    batch: bool,
    batch_max_events: int,
    batch_max_bytes: int,
    batch_flush_interval: promDuration,
  },
  validate(output) {
    if (output.url === undefined) return refuse("event_recorder webhook output requires a url");
    if (output.url.reveal() === "") refuse("event_recorder webhook output requires an absolute http(s) url");
    const { batch, batch_max_events: events, batch_max_bytes: bytes, batch_flush_interval: interval } = output;
    if (events < 0n || bytes < 0n) refuse("event_recorder webhook batch settings cannot be negative");
    if (!batch && (events !== 0n || bytes !== 0n || interval !== 0)) {
      refuse("event_recorder webhook batch settings require batch: true");
    }
  },
});

const ACKS = new Set(["", "none", "leader", "all"]);
const COMPRESSIONS = new Set(["", "none", "gzip", "snappy", "lz4", "zstd"]);

const kafkaOutput = struct<EventKafkaOutput>({
  name: "eventrecorder.KafkaOutputConfig",
  fields: {
    brokers: shown(strings),
    topic: shown(string),
    client_id: string,
    format: stringNamed("kafka.Format"),
    acks: stringNamed("kafka.Acks"),
    compression: stringNamed("kafka.Compression"),
    buffer_size: int,
    tls_config: optional(tlsConfig),
  },
  validate(output) {
    const fail = (problem: string) => refuse(`event_recorder kafka: ${problem}`);
    if (output.brokers.length === 0) fail("at least one broker is required");
    if (output.brokers.includes("")) fail("broker entries must be non-empty");
    if (!ACKS.has(output.acks)) {
      fail(`unknown acks ${goQuote(output.acks)}, must be "none", "leader", or "all"`);
    }
    if (!COMPRESSIONS.has(output.compression)) fail(`unknown compression ${goQuote(output.compression)}`);
    if (output.topic === "") refuse("event_recorder kafka output requires a topic");
    if (output.format === "") output.format = "json";
    if (output.format !== "json" && output.format !== "protobuf") {
      fail(`unknown format ${goQuote(output.format)}, must be "json" or "protobuf"`);
    }
  },
});

const stdoutOutput = struct<Record<string, never>>({ name: "eventrecorder.StdoutOutputConfig", fields: {} });

/** `event_recorder` (spec §14). */
export const eventRecorder = struct({
  name: "eventrecorder.Config",
  fields: {
    file_outputs: list(fileOutput, "eventrecorder.FileOutputConfig"),
    webhook_outputs: list(webhookOutput, "eventrecorder.WebhookOutputConfig"),
    kafka_outputs: list(kafkaOutput, "eventrecorder.KafkaOutputConfig"),
    stdout_outputs: list(stdoutOutput, "eventrecorder.StdoutOutputConfig"),
  },
});

export type EventRecorderFile = ValueOf<typeof eventRecorder>;

export function toEventRecorderConfig(file: EventRecorderFile): EventRecorderConfig {
  return {
    ...file,
    webhook_outputs: file.webhook_outputs.flatMap(({ url, ...rest }) => (url === undefined ? [] : [{ ...rest, url }])),
  };
}
