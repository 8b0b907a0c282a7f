import type { Metrics } from "../metrics/index.ts";
import type { ClusterMetrics } from "../metrics/cluster.ts";
import type { ReplicatedState } from "../core/interfaces/replication.ts";
import type { DocumentRow, NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Cancel, Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { documentKey } from "../core/documents/document.ts";
import { ChannelError } from "./errors.ts";
import { encodeFrame, FRAME, type Frame } from "./frames.ts";
import type { Told } from "./outbound.ts";
import { decodedDocuments, encodedDocuments } from "./documents.ts";
import { decodedLogEntries, decodedSilences, encodedLogEntries, encodedSilences } from "./payload.ts";
import type { Session } from "./session.ts";

export interface ReplicationOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ClusterMetrics;
  /** Counts what was told on. */
  readonly propagated: {
    readonly silences: Metrics["silences"]["gossipMessagesPropagated"];
    readonly logEntries: Metrics["nflog"]["gossipMessagesPropagated"];
  };
  /** Shortest time between two batches of changes, ms. */
  readonly gossipInterval: number;
  /** ms a silence is kept after its end. */
  readonly retention: number;
  /** Of the members there is a connection to. */
  readonly sessions: () => Iterable<Session>;
  /** Whether one member has a connection to another and so tells it itself. */
  readonly knows: (name: string, other: string) => boolean;
}

/** Bytes of a change from which on upstream does not send it with others in one packet. */
const OVERSIZED = 700;

/** Tells other members of silences, notifications and documents, and takes in what they tell. */
export class Replication {
  readonly #options: ReplicationOptions;
  #state: ReplicatedState | undefined;
  #silences = new Map<string, Silence>();
  #logEntries = new Map<string, NotificationLogEntry>();
  #documents = new Map<string, DocumentRow>();
  #flush: Cancel | undefined;
  #flushedAt = -Infinity;
  readonly #leftOut = (what: string, reason: string): void => {
    this.#options.log.warn("Left out of what members share", { what, err: reason });
  };

  constructor(options: ReplicationOptions) {
    this.#options = options;
  }

  /** Before any session has joined. */
  start(state: ReplicatedState): void {
    this.#state = state;
  }

  tellSilences(changed: readonly Silence[]): void {
    for (const silence of changed) this.#silences.set(silence.id, silence);
    this.#schedule();
  }

  tellLogEntry(entry: NotificationLogEntry): void {
    this.#logEntries.set(entry.key, entry);
    this.#schedule();
  }

  tellDocuments(changed: readonly DocumentRow[]): void {
    for (const row of changed) this.#documents.set(documentKey(row), row);
    this.#schedule();
  }

  /** Sends the changes gathered so far. */
  flush(): void {
    this.#flush?.();
    this.#flush = undefined;
    this.#flushedAt = this.#options.clock.elapsed();
    const [silences, entries] = [[...this.#silences.values()], [...this.#logEntries.values()]];
    const documents = [...this.#documents.values()];
    this.#silences.clear();
    this.#documents.clear();
    this.#logEntries.clear();
    const sessions = [...this.#options.sessions()];
    this.#tell(this.#silenceFrames(silences), sessions);
    this.#tell(this.#logFrames(entries), sessions);
    this.#tell(this.#documentFrames(documents), sessions);
  }

  /** Sends all there is. @param reply whether all the other side has is wanted in return */
  sendAll(session: Session, reply: boolean): void {
    const { messagesSent } = this.#options.metrics;
    messagesSent.with("full_state").inc();
    session.outbound.stream(this.#allFrames(reply));
  }

  /**
   * Takes in a frame with silences, log entries or documents.
   *
   * @returns `synced` when it was the last one of all the other side has
   * @throws ChannelError `malformed`
   */
  receive(session: Session, { type, payload }: Frame): "synced" | undefined {
    const { messagesReceived, messagesReceivedSize } = this.#options.metrics;
    const partial = type === FRAME.silences || type === FRAME.logEntries || type === FRAME.documents;
    messagesReceivedSize.with(partial ? "update" : "full_state").inc(payload.length);
    if (partial) messagesReceived.with("update").inc();
    if (type === FRAME.silences || type === FRAME.allSilences) this.#takeSilences(session, payload);
    else if (type === FRAME.logEntries || type === FRAME.allLogEntries) this.#takeLogEntries(session, payload);
    else if (type === FRAME.documents || type === FRAME.allDocuments) this.#takeDocuments(session, payload);
    else {
      if (payload.length !== 1) throw new ChannelError("malformed", `an end of state of ${payload.length} bytes`);
      messagesReceived.with("full_state").inc();
      if (payload[0] === 1) this.sendAll(session, false);
      return "synced";
    }
    return undefined;
  }

  #takeSilences(session: Session, payload: Uint8Array): void {
    const silences = decodedSilences(payload, this.#leftOut);
    const merged = this.#state?.mergeSilences(silences) ?? [];
    if (merged.length === 0) return;
    const others = this.#others(session);
    if (others.length === 0) return;
    this.#tell(this.#silenceFrames(merged), others);
    this.#options.propagated.silences.inc(merged.length);
  }

  #takeLogEntries(session: Session, payload: Uint8Array): void {
    const entries = decodedLogEntries(payload, this.#leftOut);
    const merged = this.#state?.mergeLogEntries(entries) ?? [];
    if (merged.length === 0) return;
    const others = this.#others(session);
    if (others.length === 0) return;
    this.#tell(this.#logFrames(merged), others);
    this.#options.propagated.logEntries.inc(merged.length);
  }

  #takeDocuments(session: Session, payload: Uint8Array): void {
    const merged = this.#state?.mergeDocuments(decodedDocuments(payload)) ?? [];
    const others = this.#others(session);
    if (merged.length > 0 && others.length > 0) this.#tell(this.#documentFrames(merged), others);
  }

  /** Those whom the sender has no connection to. */
  #others(from: Session): Session[] {
    const { sessions, knows } = this.#options;
    return [...sessions()].filter((to) => to !== from && !knows(from.peer.name, to.peer.name));
  }

  #schedule(): void {
    if (this.#flush !== undefined) return;
    const { clock, gossipInterval } = this.#options;
    const wait = Math.max(0, this.#flushedAt + gossipInterval - clock.elapsed());
    this.#flush = clock.schedule(wait, () => this.flush());
  }

  #tell(frames: Iterable<Told>, sessions: readonly Session[]): void {
    if (sessions.length === 0) return;
    for (const told of frames) {
      for (const session of sessions) session.outbound.tell(told);
    }
  }

  *#silenceFrames(silences: readonly Silence[]): Generator<Told> {
    const at = this.#options.clock.elapsed();
    for (const payload of encodedSilences(silences, this.#options.retention, this.#leftOut)) {
      yield { bytes: encodeFrame(FRAME.silences, payload), key: "sil", at };
    }
  }

  *#logFrames(entries: readonly NotificationLogEntry[]): Generator<Told> {
    const at = this.#options.clock.elapsed();
    for (const payload of encodedLogEntries(entries, this.#leftOut)) {
      yield { bytes: encodeFrame(FRAME.logEntries, payload), key: "nfl", at };
    }
  }

  *#documentFrames(rows: readonly DocumentRow[]): Generator<Told> {
    const at = this.#options.clock.elapsed();
    for (const payload of encodedDocuments(rows, this.#leftOut)) {
      // Upstream has no key for them.
      yield { bytes: encodeFrame(FRAME.documents, payload), key: "sil", at };
    }
  }

  *#allFrames(reply: boolean): Generator<Uint8Array> {
    const { metrics, retention } = this.#options;
    const size = metrics.messagesSentSize.with("full_state");
    // As they are now: the frames are made one by one, as the other side reads.
    const [silences, entries] = [[...(this.#state?.silences() ?? [])], [...(this.#state?.logEntries() ?? [])]];
    const documents = [...(this.#state?.documents() ?? [])];
    for (const payload of encodedSilences(silences, retention, this.#leftOut)) {
      size.inc(payload.length);
      yield encodeFrame(FRAME.allSilences, payload);
    }
    for (const payload of encodedLogEntries(entries, this.#leftOut)) {
      size.inc(payload.length);
      yield encodeFrame(FRAME.allLogEntries, payload);
    }
    for (const payload of encodedDocuments(documents, this.#leftOut)) {
      size.inc(payload.length);
      yield encodeFrame(FRAME.allDocuments, payload);
    }
    size.inc();
    yield encodeFrame(FRAME.allEnd, Uint8Array.of(reply ? 1 : 0));
  }

  /** What a change that was sent, or could not be, counts as. */
  sent({ bytes, key, at }: Told): void {
    const { messagesSent, messagesSentSize, oversizedSent, oversizeDuration } = this.#options.metrics;
    messagesSent.with("update").inc();
    messagesSentSize.with("update").inc(bytes.length);
    if (bytes.length <= OVERSIZED) return;
    oversizedSent.with(key).inc();
    oversizeDuration.with(key).observe((this.#options.clock.elapsed() - at) / 1000);
  }

  dropped({ bytes, key }: Told): void {
    const { messagesPruned, oversizedDropped } = this.#options.metrics;
    messagesPruned.inc();
    if (bytes.length > OVERSIZED) oversizedDropped.with(key).inc();
  }
}
