import type { StatusView } from "../core/interfaces/backend.ts";
import type { Peers, ReplicatedState } from "../core/interfaces/replication.ts";
import type { DocumentRow, NotificationLogEntry } from "../core/interfaces/storage.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import type { Silence } from "../core/model/silence.ts";
import { pause, type Cancel } from "../dispatch/clock.ts";
import { ChannelError } from "./errors.ts";
import { every } from "./every.ts";
import { Mesh, type MeshOptions } from "./mesh.ts";
import { type Lookup, resolvePeers, resolveProblem, type ResolvedPeers } from "./resolve.ts";
import { Settling } from "./settle.ts";

export interface ClusterOptions extends MeshOptions {
  /** As given by `--cluster.peer`, and what they came to so far. */
  readonly peers: readonly string[];
  readonly resolved: ResolvedPeers;
  readonly lookup: Lookup;
  readonly random: () => number;
  /** ms, all of them. */
  readonly peerTimeout: number;
  readonly peersResolveTimeout: number;
  readonly pushPullInterval: number;
  readonly settleTimeout: number;
  readonly reconnectTimeout: number;
}

/** How long the start waits for peers to tell what they have, ms: one that does not answer must not hold it up. */
const JOIN_PATIENCE = 2_000;
/** Upstream's: how often the names of peers are looked up again, ms. */
const REFRESH_INTERVAL = 15_000;
/** How often names that nobody knew at the start are looked up at first, ms. */
const RESOLVE_INTERVAL = 2_000;
/** How long the end of this server may take to be told, ms. */
const LEAVE_TIMEOUT = 10_000;
/** Upstream looks for settled members every so many gossip intervals. */
const SETTLE_INTERVALS = 10;

/** This server's place among the others it shares silences and notifications with. */
export class Cluster implements Peers {
  readonly #options: ClusterOptions;
  readonly #mesh: Mesh;
  readonly #settling = new Settling();
  readonly #recurring: Cancel[] = [];
  #left = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#mesh = new Mesh(options);
    const { membership } = this.#mesh;
    membership.expect(options.resolved.addresses, options.clock.elapsed());
    const { metrics } = options;
    metrics.peerInfo.read = () => [[[this.name], 1]];
    metrics.members.read = () => membership.alive().length;
    metrics.peerPosition.read = () => membership.position();
    metrics.failedPeers.read = () => membership.failed().length;
  }

  get name(): string {
    return this.#options.self.name;
  }

  get settled(): Promise<void> {
    return this.#settling.settled;
  }

  turn(): number {
    return this.#mesh.membership.position() * this.#options.peerTimeout;
  }

  view(): StatusView["cluster"] {
    const peers = this.#mesh.membership.alive().map(({ name, address }) => ({ name, address }));
    return { name: this.name, status: this.#settling.done ? "ready" : "settling", peers };
  }

  tellSilences(changed: readonly Silence[]): void {
    this.#mesh.replication.tellSilences(changed);
  }

  tellDocuments(changed: readonly DocumentRow[]): void {
    this.#mesh.replication.tellDocuments(changed);
  }

  tellLogEntry(entry: NotificationLogEntry): void {
    this.#mesh.replication.tellLogEntry(entry);
  }

  /**
   * Starts to share a server's state with the others: resolves when each peer that was given has told all it has or
   * turned out not to be reachable, or has had the time to. Then the cluster settles.
   */
  async join(state: ReplicatedState): Promise<void> {
    const { clock, log, transport, gossipInterval, settleTimeout } = this.#options;
    this.#mesh.replication.start(state);
    transport.accept((link) => this.#mesh.accept(link));
    this.#startRecurring();
    const done = new AbortController();
    const joined = this.#joinPeers().finally(() => done.abort());
    await Promise.race([joined, pause(clock, JOIN_PATIENCE, done.signal)]);
    if (this.#left) return;
    this.#settling.start({
      clock,
      log,
      interval: gossipInterval * SETTLE_INTERVALS,
      timeout: settleTimeout,
      count: () => this.#mesh.membership.alive().length,
    });
  }

  /** Says goodbye to the others; once it resolves, nothing is listened on any more. */
  async leave(): Promise<void> {
    this.#left = true;
    for (const cancel of this.#recurring) cancel();
    this.#options.log.debug("leaving cluster");
    this.#settling.stop();
    await this.#mesh.leave(LEAVE_TIMEOUT);
    await this.#options.transport.close();
  }

  async #joinPeers(): Promise<void> {
    const { clock, resolved, peersResolveTimeout } = this.#options;
    const outcomes = await Promise.all(resolved.addresses.map((address) => this.#tryToJoin(address)));
    if (this.#left) return;
    const problems = outcomes.filter((problem) => problem !== undefined);
    this.#tellJoined(outcomes.length - problems.length, [...problems, ...resolved.unresolved.map(lookupProblem)]);
    if (resolved.unresolved.length > 0) this.#lookAgain(resolved.unresolved, clock.elapsed() + peersResolveTimeout);
  }

  async #tryToJoin(address: string): Promise<string | undefined> {
    try {
      await this.#mesh.call(address);
      return undefined;
    } catch (e) {
      return joinProblem(address, e as Error);
    }
  }

  #tellJoined(joined: number, problems: readonly string[]): void {
    const { log, reconnectInterval } = this.#options;
    if (joined > 0 || problems.length === 0) {
      log.debug("joined cluster", { peers: joined });
      return;
    }
    log.warn("failed to join cluster", { err: listed(problems) });
    log.info(`will retry joining cluster every ${formatGoDuration(reconnectInterval)}`);
  }

  #startRecurring(): void {
    const { clock, probeInterval, reconnectInterval, pushPullInterval, reconnectTimeout, random } = this.#options;
    const mesh = this.#mesh;
    this.#recurring.push(
      every(clock, probeInterval, () => {
        mesh.probe();
        for (const { name, address } of mesh.membership.forget(clock.elapsed(), reconnectTimeout)) {
          this.#options.log.debug("failed peer has timed out", { peer: name, addr: address });
        }
      }),
      every(clock, pushPullInterval, () => mesh.exchange(random())),
      every(clock, reconnectInterval, () => this.#reconnect()),
      every(clock, REFRESH_INTERVAL, () => void this.#refresh()),
    );
  }

  #reconnect(): void {
    const { metrics } = this.#options;
    const log = this.#options.log.with({ msg: "reconnect" });
    for (const { name: peer, address: addr } of this.#mesh.membership.failed()) {
      if (this.#mesh.isCalling(addr)) continue;
      this.#mesh.call(addr).then(
        () => {
          metrics.reconnections.inc();
          log.debug("success", { peer, addr });
        },
        (e: Error) => {
          metrics.reconnectionsFailed.inc();
          log.debug("failure", { peer, addr, err: listed([joinProblem(addr, e)]) });
        },
      );
    }
  }

  /** Looks the given peers up again and joins those at addresses no member has. */
  async #refresh(): Promise<void> {
    const { metrics, peers, self, lookup } = this.#options;
    const log = this.#options.log.with({ msg: "refresh" });
    const { addresses, unresolved } = await resolvePeers(peers, self.address, lookup);
    if (this.#left) return;
    for (const addr of unresolved) {
      metrics.refreshJoinFailed.inc();
      log.warn("failure", { addr, err: listed([lookupProblem(addr)]) });
    }
    const taken = new Set(this.#mesh.membership.alive().map(({ address }) => address));
    for (const addr of addresses) {
      if (taken.has(addr) || this.#mesh.isCalling(addr)) continue;
      this.#mesh.call(addr).then(
        () => {
          metrics.refreshJoin.inc();
          log.debug("success", { addr });
        },
        (e: Error) => {
          metrics.refreshJoinFailed.inc();
          // What does not speak our protocol has been warned about, and may stay so.
          const level = e instanceof ChannelError ? "debug" : "warn";
          log[level]("failure", { addr, err: listed([joinProblem(addr, e)]) });
        },
      );
    }
  }

  /** Names that nobody knew at the start, as of members that start at the same time, may soon be known. */
  #lookAgain(names: readonly string[], until: number): void {
    const { clock, self, lookup } = this.#options;
    if (clock.elapsed() >= until) return;
    const cancel = clock.schedule(RESOLVE_INTERVAL, () => {
      this.#recurring.splice(this.#recurring.indexOf(cancel), 1);
      void resolvePeers(names, self.address, lookup).then(({ addresses, unresolved }) => {
        if (this.#left) return;
        for (const address of addresses) void this.#tryToJoin(address);
        if (unresolved.length > 0) this.#lookAgain(unresolved, until);
      });
    });
    this.#recurring.push(cancel);
  }
}

function joinProblem(address: string, error: Error): string {
  return `failed to join ${address}: ${error.message}`;
}

function lookupProblem(peer: string): string {
  return `failed to resolve ${peer}: ${resolveProblem(peer)}`;
}

/** Several errors in one, as upstream prints them. */
function listed(problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 error" : `${problems.length} errors`;
  return `${count} occurred:\n${problems.map((problem) => `\t* ${problem}\n`).join("")}\n`;
}
