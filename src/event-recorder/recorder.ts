import { hostname } from "node:os";
import type { eventMetrics } from "../metrics/events.ts";
import type { EventRecorderConfig } from "../config/types.ts";
import type { Happening, Observer } from "../core/interfaces/observing.ts";
import type { Inhibition } from "../core/inhibition/inhibitor.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Flush } from "../dispatch/dispatcher.ts";
import type { Group } from "../dispatch/group.ts";
import type { Decision } from "../dispatch/planner.ts";
import type { Steps } from "../dispatch/steps.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import {
  alertOf,
  groupedAlert,
  groupOf,
  inhibitingOf,
  mutedOf,
  notificationOf,
  protoTime,
  ruleOf,
  silenceOf,
} from "./encode.ts";
import { FileOutput } from "./file-output.ts";
import type { Line, OnWritten, Output } from "./output.ts";
import { StdoutOutput } from "./stdout-output.ts";

/** Events that may wait to be written; what comes beyond that is dropped. */
const MOST_WAITING = 8192;
/** Given to the outputs together. */
const AT_ONCE = 256;

export interface EventRecorderParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ReturnType<typeof eventMetrics>;
  /** By ID. */
  readonly silence: (id: string) => Silence | undefined;
  /** Our place among peers; 0 where there are none. */
  readonly position: () => number;
}

interface Event {
  /** Such as `alertCreated`. */
  readonly name: string;
  readonly at: number;
  readonly position: number;
  readonly content: () => object;
}

/** Writes what happens in upstream's words to where `event_recorder` says (spec §14). */
export class EventRecorder implements Steps, Observer {
  readonly #parts: EventRecorderParts;
  readonly #instance = hostname();
  readonly #uuids = new WeakMap<Group, string>();
  #outputs: readonly Output[] = [];
  #configured = "";
  #waiting: Event[] = [];
  #writing: Promise<void> | undefined;

  constructor(parts: EventRecorderParts) {
    this.#parts = parts;
    parts.metrics.queueLength.read = () => this.#waiting.length;
  }

  /** Goes over to other outputs, unless they are the same; where one cannot be built, it stays with those it has. */
  async configure(config: EventRecorderConfig): Promise<void> {
    const { log } = this.#parts;
    const text = JSON.stringify(config, (_, value: unknown) => {
      if (typeof value === "bigint") return String(value);
      const secret = value as { reveal?: () => string } | null;
      return typeof secret?.reveal === "function" ? secret.reveal() : value;
    });
    if (text === this.#configured) return;
    if (config.kafka_outputs.length > 0)
      log.warn("event_recorder kafka_outputs are configured, but nothing is sent there");
    const opened: Output[] = [];
    try {
      for (const { path } of config.file_outputs)
        opened.push(await FileOutput.open(path, this.#onWritten(`file:${path}`), log));
      for (const output of config.webhook_outputs) opened.push(await this.#webhook(output));
      for (let i = 0; i < config.stdout_outputs.length; i++) opened.push(new StdoutOutput(this.#onWritten("stdout")));
    } catch (error) {
      log.error("Failed to set up the outputs of events", { err: (error as Error).message });
      for (const output of opened) await output.close();
      return;
    }
    await this.#writing;
    const before = this.#outputs;
    this.#outputs = opened;
    this.#configured = text;
    for (const output of before) await output.close();
  }

  /** The server has begun. */
  started(version: string, buildContext: string): void {
    this.#record("alertmanagerStartupEvent", () => ({ version, buildContext }));
  }

  /** Says that the server ends, and ends with what is left written. */
  async close(): Promise<void> {
    this.#record("alertmanagerShutdownEvent", () => ({}));
    await this.#writing;
    for (const output of this.#outputs) await output.close();
    this.#outputs = [];
  }

  happened(happening: Happening): void {
    if (happening.kind !== "silence" || happening.origin !== "here") return;
    const { change, after } = happening;
    if (after === undefined || (change !== "created" && change !== "updated")) return;
    const name = change === "created" ? "silenceCreated" : "silenceUpdated";
    this.#record(name, () => ({ silence: silenceOf(after) }));
  }

  created(alert: Alert): void {
    const isOver = this.#isOver(alert);
    this.#record("alertCreated", () => ({ alert: alertOf(alert, isOver) }));
  }

  grouped(group: Group, alert: Alert): void {
    const isOver = this.#isOver(alert);
    this.#record("alertGrouped", () => ({ alert: groupedAlert(alert, isOver), groupInfo: groupOf(group) }));
  }

  left(group: Group, alert: Alert): void {
    this.#record("alertResolved", () => ({ alert: groupedAlert(alert, true), groupInfo: groupOf(group) }));
  }

  silenced(labels: LabelSet, silences: readonly string[]): void {
    for (const id of silences) {
      const silence = this.#parts.silence(id);
      if (silence === undefined) continue;
      this.#record("silenceMutedAlert", () => ({ silence: silenceOf(silence), mutedAlert: mutedOf(labels) }));
    }
  }

  inhibited(labels: LabelSet, inhibition: Inhibition): void {
    this.#record("inhibitionMutedAlert", () => ({
      inhibitRules: [ruleOf(inhibition)],
      mutedAlert: mutedOf(labels),
      inhibitingFingerprints: inhibitingOf(inhibition),
    }));
  }

  notified(flush: Flush, decision: Decision): void {
    const { group } = flush;
    const uuid = this.#uuids.get(group) ?? crypto.randomUUID();
    this.#uuids.set(group, uuid);
    const content = notificationOf(flush, decision, uuid);
    this.#record("notification", () => content);
  }

  #isOver(alert: Alert): boolean {
    return isResolved(alert, this.#parts.clock.now());
  }

  #record(name: string, content: () => object): void {
    if (this.#outputs.length === 0) return;
    const { clock, metrics, position } = this.#parts;
    if (this.#waiting.length >= MOST_WAITING) {
      metrics.dropped.with(typeOf(name)).inc();
      return;
    }
    this.#waiting.push({ name, at: clock.now(), position: position(), content });
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    // What happens in the same turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0, AT_ONCE).flatMap((event) => this.#lineOf(event) ?? []);
      for (const output of this.#outputs) await output.write(lines);
    }
  }

  #lineOf({ name, at, position, content }: Event): Line | undefined {
    const type = typeOf(name);
    try {
      const event = { "@timestamp": protoTime(Math.floor(at)), instance: this.#instance, data: { [name]: content() } };
      return { type, text: JSON.stringify(position === 0 ? event : { ...event, clusterPosition: position }) };
    } catch (error) {
      this.#parts.metrics.serializeErrors.with(type).inc();
      this.#parts.log.error("An event cannot be written down", { type, err: (error as Error).message });
      return undefined;
    }
  }

  #onWritten(output: string): OnWritten {
    const { recorded, bytesWritten } = this.#parts.metrics;
    return ({ type }, bytes) => {
      recorded.with(type, output, bytes === undefined ? "error" : "success").inc();
      if (bytes !== undefined) bytesWritten.with(type, output).inc(bytes);
    };
  }

  async #webhook(config: EventRecorderConfig["webhook_outputs"][number]): Promise<Output> {
    const { WebhookOutput } = await import("./webhook-output.ts");
    const { clock, log, metrics } = this.#parts;
    const output = new WebhookOutput(config, {
      clock,
      log,
      onWritten: (line, bytes) => this.#onWritten(output.name)(line, bytes),
      onDropped: (name, events) => metrics.outputDrops.with(name).inc(events),
    });
    // Upstream has the series from the beginning.
    metrics.outputDrops.with(output.name);
    return output;
  }
}

/** As metrics have it. */
function typeOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
