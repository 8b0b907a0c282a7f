import type { Counter, Vec } from "../metrics/instruments.ts";
import type { ClusterMetrics } from "../metrics/cluster.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { Calls } from "./calls.ts";
import { ChannelError } from "./errors.ts";
import { encodeFrame, FRAME, type Frame } from "./frames.ts";
import { type Existing, judge, replaces, type Verdict } from "./judge.ts";
import { Membership } from "./membership.ts";
import {
  decodeMembers,
  encodeMessage,
  NEWEST_PROTOCOL,
  OLDEST_PROTOCOL,
  type Hello,
  type MemberInfo,
} from "./messages.ts";
import type { Told } from "./outbound.ts";
import { Replication, type ReplicationOptions } from "./replication.ts";
import { Session, type SessionOwner } from "./session.ts";
import type { Link, Transport } from "./transport.ts";
import { Warnings } from "./warnings.ts";

export interface MeshOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ClusterMetrics;
  /** Connections that came to nothing, by why. */
  readonly refused: Vec<Counter>;
  readonly propagated: ReplicationOptions["propagated"];
  readonly transport: Transport;
  readonly self: MemberInfo;
  readonly label: string;
  /** ms, all of them. */
  readonly gossipInterval: number;
  readonly probeInterval: number;
  readonly probeTimeout: number;
  readonly reconnectInterval: number;
  readonly tcpTimeout: number;
  readonly retention: number;
}

/** Probe intervals without a sign of life after which a member has failed. */
const SUSPICION = 4;
/** Upstream's health score stays below this. */
const WORST_HEALTH = 8;
/** Connections at a time that have not greeted yet. */
const MOST_STRANGERS = 128;

/** The connections between this server and the other members: one to each, and whatever it takes to have it. */
export class Mesh implements SessionOwner {
  readonly clock: Clock;
  readonly hello: Hello;
  readonly patience: number;
  readonly probeTimeout: number;
  readonly membership: Membership;
  readonly replication: Replication;
  readonly #options: MeshOptions;
  /** Those that have joined, by name. */
  readonly #sessions = new Map<string, Session>();
  readonly #all = new Set<Session>();
  readonly #calls: Calls;
  readonly #warnings: Warnings;
  #health = 0;
  #newsWaits = false;
  #leaving = false;
  /** Called when no connection is left. */
  #onIdle: () => void = () => undefined;

  constructor(options: MeshOptions) {
    const { clock, metrics, self, probeInterval } = options;
    this.#options = options;
    this.clock = clock;
    this.patience = options.tcpTimeout;
    this.probeTimeout = options.probeTimeout;
    this.hello = {
      name: self.name,
      address: self.address,
      incarnation: self.incarnation,
      protocol: NEWEST_PROTOCOL,
      oldestProtocol: OLDEST_PROTOCOL,
      label: options.label,
    };
    this.membership = new Membership(self, SUSPICION * probeInterval, {
      onJoined: (member, again) => this.#memberJoined(member, again),
      onLeft: (member) => this.#memberLeft(member),
      onUpdated: (member) => {
        metrics.peersUpdate.inc();
        options.log.debug("peer updated", { peer: member.name });
      },
    });
    this.#calls = new Calls({
      clock,
      transport: options.transport,
      ownName: self.name,
      patience: options.tcpTimeout,
      probeInterval,
      reconnectInterval: options.reconnectInterval,
      open: (link) => this.#open(link, true),
    });
    this.#warnings = new Warnings(options.log, options.refused);
    this.replication = new Replication({
      clock,
      log: options.log,
      metrics,
      propagated: options.propagated,
      gossipInterval: options.gossipInterval,
      retention: options.retention,
      sessions: () => this.#sessions.values(),
      knows: (name, other) => this.membership.knows(name, other),
    });
    metrics.healthScore.read = () => this.#health;
    metrics.messagesQueued.read = () => [...this.#all].reduce((sum, { outbound }) => sum + outbound.queued, 0);
    this.#memberJoined(self, false);
  }

  /** Somebody calls. */
  accept(link: Link): void {
    if (this.#leaving || this.#all.size - this.#sessions.size >= MOST_STRANGERS) link.destroy();
    else this.#open(link, false).start();
  }

  /**
   * Connects to whoever is at an address and exchanges all there is. Nothing is to be done where that is a member
   * there is a connection to already, or this very server.
   *
   * @throws Error that says why there is no connection
   */
  call(address: string): Promise<void> {
    return this.#calls.call(address);
  }

  isCalling(address: string): boolean {
    return this.#calls.isUnderWay(address);
  }

  /** One round of probes: asks those connected for a sign of life, looks for the others, gives up the lost. */
  probe(): void {
    const now = this.clock.elapsed();
    for (const session of this.#sessions.values()) {
      if (session.missed >= SUSPICION && now - session.heardAt >= SUSPICION * this.#options.probeInterval) {
        session.fail(new ChannelError("stalled", `it did not answer ${session.missed} probes`));
      } else {
        session.probe();
      }
    }
    this.membership.sweep(now);
    for (const member of this.membership.unconnectedMembers()) this.#calls.look(member);
  }

  /** Exchanges all there is with one member, any. @param random from 0 to below 1 */
  exchange(random: number): void {
    const session = [...this.#sessions.values()][Math.floor(random * this.#sessions.size)];
    if (session !== undefined) this.replication.sendAll(session, true);
  }

  /** Tells the members that this server ends, and waits for them to have read it, `timeout` ms at most. */
  async leave(timeout: number): Promise<void> {
    this.#leaving = true;
    this.replication.flush();
    const closed = Promise.withResolvers<void>();
    const cancel = this.clock.schedule(timeout, closed.resolve);
    this.#onIdle = closed.resolve;
    for (const session of this.#all) {
      if (session.joined) session.finish(encodeFrame(FRAME.leave));
      else session.fail(new ChannelError("closed", "we leave"));
    }
    if (this.#all.size === 0) closed.resolve();
    await closed.promise;
    cancel();
    for (const session of this.#all) session.fail(new ChannelError("closed", "we leave"));
  }

  judge(session: Session, hello: Hello): Verdict {
    const deaf = 2 * this.#options.probeInterval + this.probeTimeout;
    const verdict = judge(this.hello, hello, session.dialed, this.#existing(hello.name), deaf);
    if (typeof verdict === "object" && verdict.refuse === "name") this.#conflict(hello.name);
    return verdict;
  }

  onJoined(session: Session): void {
    const { name, address, incarnation } = session.peer;
    const existing = this.#existing(name);
    if (existing !== undefined && !replaces(this.hello, session.peer, session.dialed, existing, this.patience)) {
      session.end();
      return;
    }
    const replaced = this.#sessions.get(name);
    this.#sessions.set(name, session);
    replaced?.end();
    this.#calls.forget(name);
    this.#warnings.forget(address, session.remote);
    this.#options.metrics.aliveMessages.with(name).inc();
    this.membership.connected({ name, address, incarnation }, this.clock.elapsed());
    // Sent before the state, so that it is known who has to be told on what is in it.
    session.send(FRAME.members, encodeMessage(this.membership.connectedMembers()));
    this.replication.sendAll(session, false);
    this.#tellNews();
  }

  onFrame(session: Session, frame: Frame): void {
    const { name } = session.peer;
    if (this.#sessions.get(name) !== session) return;
    switch (frame.type) {
      case FRAME.members: {
        const members = decodeMembers(frame.payload);
        for (const member of members) this.#options.metrics.aliveMessages.with(member.name).inc();
        this.membership.reported(name, members, this.clock.elapsed());
        for (const member of this.membership.unconnectedMembers()) this.#calls.look(member);
        return;
      }
      case FRAME.leave:
        this.#sessions.delete(name);
        this.membership.departed(name);
        session.end();
        this.#tellNews();
        return;
      case FRAME.silences:
      case FRAME.logEntries:
      case FRAME.allSilences:
      case FRAME.allLogEntries:
      case FRAME.documents:
      case FRAME.allDocuments:
      case FRAME.allEnd:
        if (this.replication.receive(session, frame) === "synced") this.#calls.synced(session);
    }
  }

  onSent(told: Told): void {
    this.replication.sent(told);
  }

  onDropped(told: Told): void {
    this.replication.dropped(told);
  }

  onBehind(session: Session): void {
    this.replication.sendAll(session, false);
  }

  onProbed(session: Session, seconds: number | undefined): void {
    const change = seconds === undefined ? 1 : -1;
    this.#health = Math.min(Math.max(this.#health + change, 0), WORST_HEALTH - 1);
    if (seconds === undefined) return;
    this.#options.metrics.pings.with(session.peer.name).observe(seconds);
    this.#options.metrics.aliveMessages.with(session.peer.name).inc();
  }

  onClosed(session: Session, error: Error | undefined): void {
    this.#all.delete(session);
    const address = this.#calls.addressOf(session) ?? session.remote;
    this.#calls.ended(session, error);
    if (error === undefined && session.dialed) this.membership.reached(address);
    if (session.hasGreeted && this.#sessions.get(session.peer.name) === session) this.#lost(session, error);
    if (error instanceof ChannelError && !this.#leaving) {
      // We are told that our name is taken; where it was us who refused, that was counted.
      if (error.fault === "name" && session.dialed && !session.hasGreeted) this.#conflict(this.hello.name);
      this.#warnings.note(address, error);
    }
    if (this.#all.size === 0) this.#onIdle();
  }

  #lost(session: Session, error: Error | undefined): void {
    const { name } = session.peer;
    const now = this.clock.elapsed();
    this.#sessions.delete(name);
    if (this.#leaving) return;
    this.#options.log.debug("connection to peer lost", { peer: name, err: error });
    this.membership.disconnected(name, now);
    this.#tellNews();
    const member = this.membership.get(name);
    if (member !== undefined) this.#calls.look(member);
  }

  #existing(name: string): Existing | undefined {
    const session = this.#sessions.get(name);
    if (session === undefined) return undefined;
    const now = this.clock.elapsed();
    const { peer, dialed, joinedAt, heardAt } = session;
    return { peer, dialed, age: now - joinedAt, silence: now - heardAt };
  }

  #open(link: Link, dialed: boolean): Session {
    if (this.#leaving) {
      link.destroy();
      throw new ChannelError("closed", "we leave");
    }
    const session = new Session(this, link, dialed);
    this.#all.add(session);
    return session;
  }

  #memberJoined({ name, address }: MemberInfo, again: boolean): void {
    const { log, metrics } = this.#options;
    log.debug("NotifyJoin", { node: name, addr: address });
    metrics.peersJoined.inc();
    metrics.aliveMessages.with(name).inc();
    if (again) log.debug("peer rejoined", { peer: name });
  }

  #memberLeft({ name, address }: MemberInfo): void {
    const { log, metrics } = this.#options;
    log.debug("NotifyLeave", { node: name, addr: address });
    metrics.peersLeft.inc();
    log.debug("peer left", { peer: name });
    this.#calls.forget(name);
  }

  #conflict(name: string): void {
    this.#options.log.warn("Found conflicting peer IDs", { peer: name });
    this.#options.metrics.peerNameConflicts.inc();
  }

  /** Tells all members who this server is connected with, once for all that changes now. */
  #tellNews(): void {
    if (this.#newsWaits || this.#leaving) return;
    this.#newsWaits = true;
    this.clock.schedule(0, () => {
      this.#newsWaits = false;
      const members = encodeMessage(this.membership.connectedMembers());
      for (const session of this.#sessions.values()) session.send(FRAME.members, members);
    });
  }
}
