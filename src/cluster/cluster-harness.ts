import { bareMetrics } from "../metrics/bare.ts";
import type { Metrics } from "../metrics/index.ts";
import { Counter, Vec } from "../metrics/instruments.ts";
import type { ReplicatedState } from "../core/interfaces/replication.ts";
import { documentKey, isNewerDocument } from "../core/documents/document.ts";
import type { DocumentRow, NotificationLogEntry } from "../core/interfaces/storage.ts";
import type { Silence } from "../core/model/silence.ts";
import type { Clock } from "../dispatch/clock.ts";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { createLogger } from "../server/logger.ts";
import { formatAddress, parseAddress, type Address } from "./address.ts";
import { Cluster } from "./cluster.ts";
import type { Link, LinkHandlers, Transport } from "./transport.ts";

/** Time from one end of a connection to the other, ms. */
const LATENCY = 1;

/** A network in memory whose hours are those of a clock that is moved. */
class MemoryNetwork {
  readonly #listeners = new Map<string, (link: Link) => void>();
  readonly #links = new Set<MemoryLink>();
  /** By address; what was killed calls nobody any more. */
  readonly #processes = new Map<string, { lives: boolean }>();
  /** Pairs of addresses between which nothing gets through. */
  readonly #cuts = new Set<string>();

  constructor(readonly clock: Clock) {}

  transport(address: string): Transport {
    const process = { lives: true };
    this.#processes.set(address, process);
    return {
      address: parseAddress(address) as Address,
      accept: (onLink) => void this.#listeners.set(address, onLink),
      dial: async (to, signal) => {
        if (!process.lives) throw new Error("killed");
        return await this.#dial(address, formatAddress(to), signal);
      },
      close: async () => void this.#listeners.delete(address),
    };
  }

  /** Ends what runs at an address as a kill does: its connections are reset, nobody listens. */
  kill(address: string): void {
    const process = this.#processes.get(address);
    if (process !== undefined) process.lives = false;
    this.#listeners.delete(address);
    for (const link of this.#links) if (link.from === address) link.destroy();
  }

  /** From now on nothing gets through between the two, and nobody notices by itself. */
  cut(a: string, b: string): void {
    this.#cuts.add(`${a} ${b}`).add(`${b} ${a}`);
  }

  heal(): void {
    this.#cuts.clear();
  }

  /** Bytes on their way, or not read, stop between two addresses: the writer is told to wait. */
  congest(from: string, to: string, congested: boolean): void {
    for (const link of this.#links) if (link.from === from && link.to === to) link.congest(congested);
  }

  #dial(from: string, to: string, signal: AbortSignal): Promise<Link> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      if (this.isCut(from, to)) return;
      this.clock.schedule(LATENCY, () => {
        const onLink = this.#listeners.get(to);
        if (onLink === undefined) {
          reject(new Error(`dial tcp ${to}: connect: connection refused`));
          return;
        }
        const near = new MemoryLink(this, from, to);
        const far = new MemoryLink(this, to, from);
        near.other = far;
        far.other = near;
        this.#links.add(near).add(far);
        onLink(far);
        resolve(near);
      });
    });
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.has(`${from} ${to}`);
  }

  forget(link: MemoryLink): void {
    this.#links.delete(link);
  }
}

class MemoryLink implements Link {
  other: MemoryLink | undefined;
  #handlers: LinkHandlers | undefined;
  #early: (() => void)[] = [];
  #closed = false;
  #congested = false;

  constructor(
    readonly network: MemoryNetwork,
    readonly from: string,
    readonly to: string,
  ) {}

  get remote(): string {
    return parseAddress(this.to)?.host ?? "";
  }

  attach(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    for (const act of this.#early.splice(0)) act();
  }

  write(bytes: Uint8Array): boolean {
    const copy = bytes.slice();
    this.#deliver((other) => other.#handle((handlers) => handlers.data(copy)));
    return !this.#congested;
  }

  end(): void {
    this.#deliver((other) => other.close(undefined));
    this.network.clock.schedule(2 * LATENCY, () => this.close(undefined));
  }

  destroy(): void {
    this.#deliver((other) => other.close(new Error("read: connection reset by peer")));
    this.close(undefined);
  }

  congest(congested: boolean): void {
    this.#congested = congested;
    if (!congested) this.#handle((handlers) => handlers.drained());
  }

  close(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.network.forget(this);
    this.#handlers?.closed(error);
  }

  #deliver(act: (other: MemoryLink) => void): void {
    if (this.#closed || this.network.isCut(this.from, this.to)) return;
    const { other } = this;
    this.network.clock.schedule(LATENCY, () => {
      if (other !== undefined && !other.#closed) act(other);
    });
  }

  #handle(act: (handlers: LinkHandlers) => void): void {
    if (this.#handlers === undefined) this.#early.push(() => this.#handle(act));
    else if (!this.#closed) act(this.#handlers);
  }
}

/** Silences and log entries in memory, merged by upstream's rules (spec §6.8, §7.5). */
export class MemoryState implements ReplicatedState {
  readonly silencesById = new Map<string, Silence>();
  readonly entriesByKey = new Map<string, NotificationLogEntry>();
  readonly documentsByKey = new Map<string, DocumentRow>();

  constructor(private readonly clock: Clock) {}

  silences(): Iterable<Silence> {
    return this.silencesById.values();
  }

  logEntries(): Iterable<NotificationLogEntry> {
    return this.entriesByKey.values();
  }

  documents(): Iterable<DocumentRow> {
    return this.documentsByKey.values();
  }

  mergeDocuments(rows: readonly DocumentRow[]): readonly DocumentRow[] {
    return rows.filter((row) => {
      const held = this.documentsByKey.get(documentKey(row));
      if (held !== undefined && !isNewerDocument(row, held)) return false;
      this.documentsByKey.set(documentKey(row), row);
      return true;
    });
  }

  mergeSilences(silences: readonly Silence[]): readonly Silence[] {
    return silences.filter((silence) => {
      const held = this.silencesById.get(silence.id);
      if (held !== undefined && silence.updatedAt.compare(held.updatedAt) <= 0) return false;
      this.silencesById.set(silence.id, silence);
      return true;
    });
  }

  mergeLogEntries(entries: readonly NotificationLogEntry[]): readonly NotificationLogEntry[] {
    return entries.filter((entry) => {
      const held = this.entriesByKey.get(entry.key);
      if (entry.expiresAt <= this.clock.now() || (held !== undefined && entry.timestamp <= held.timestamp))
        return false;
      this.entriesByKey.set(entry.key, entry);
      return true;
    });
  }
}

export interface Replica {
  readonly cluster: Cluster;
  readonly state: MemoryState;
  readonly metrics: Metrics;
  readonly log: string[];
  readonly refused: Vec<Counter>;
  readonly address: string;
  /** Names of the members it sees, itself included. */
  members(): string[];
}

export interface ReplicaOptions {
  readonly peers?: readonly string[];
  /** Of `peers`, those that are no addresses. */
  readonly unresolved?: readonly string[];
  readonly label?: string;
  readonly incarnation?: number;
  readonly settleTimeout?: number;
  readonly reconnectTimeout?: number;
  readonly random?: () => number;
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

/** Replicas in memory, on a clock that is moved: probed every second, given up after four. */
export class Replicas {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork(this.clock);
  #incarnations = 0;

  /** One that does not join yet. @param name also what comes before `:9094` in its address: "a" is 10.0.0.1, "b" 10.0.0.2 */
  create(name: string, options: ReplicaOptions = {}, address = addressOf(name)): Replica {
    const { clock } = this;
    const log: string[] = [];
    const metrics = bareMetrics({ cluster: true });
    const refused = new Vec(["reason"], () => new Counter());
    const cluster = new Cluster({
      clock,
      log: createLogger({ level: "debug", format: "logfmt", write: (line) => log.push(line), now: () => clock.now() }),
      metrics: metrics.cluster as NonNullable<Metrics["cluster"]>,
      refused,
      propagated: {
        silences: metrics.silences.gossipMessagesPropagated,
        logEntries: metrics.nflog.gossipMessagesPropagated,
      },
      transport: this.network.transport(address),
      self: { name, address, incarnation: options.incarnation ?? ++this.#incarnations },
      label: options.label ?? "",
      peers: options.peers ?? [],
      resolved: {
        addresses: (options.peers ?? []).filter((peer) => parseAddress(peer) !== undefined),
        unresolved: options.unresolved ?? [],
      },
      lookup: options.lookup ?? (async (host) => [host]),
      random: options.random ?? (() => 0),
      retention: 120 * 3_600_000,
      gossipInterval: 200,
      probeInterval: 1000,
      probeTimeout: 500,
      reconnectInterval: 10_000,
      reconnectTimeout: options.reconnectTimeout ?? 6 * 3_600_000,
      tcpTimeout: 10_000,
      peerTimeout: 15_000,
      peersResolveTimeout: 15_000,
      pushPullInterval: 60_000,
      settleTimeout: options.settleTimeout ?? 60_000,
    });
    const members = () => cluster.view().peers.map((peer) => peer.name);
    return { cluster, state: new MemoryState(clock), metrics, log, refused, address, members };
  }

  /** One that has joined its peers. */
  async start(name: string, options: ReplicaOptions = {}, address = addressOf(name)): Promise<Replica> {
    const replica = this.create(name, options, address);
    const joined = replica.cluster.join(replica.state);
    await this.clock.advance(20);
    await joined;
    return replica;
  }

  /** Replicas that were given each other's addresses. */
  async startAll(...names: readonly string[]): Promise<Replica[]> {
    const replicas: Replica[] = [];
    for (const name of names) {
      replicas.push(await this.start(name, { peers: names.filter((other) => other !== name).map(addressOf) }));
    }
    await this.clock.advance(1000);
    return replicas;
  }
}

export function addressOf(name: string): string {
  return `10.0.0.${name.charCodeAt(0) - 96}:9094`;
}
