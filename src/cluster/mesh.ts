import type { Counter, Vec } from "../api/metrics/instruments.ts";
import type { ClusterMetrics } from "../api/metrics/cluster.ts";
import type { Clock } from "../dispatch/clock.ts";
import { TimeoutCause } from "../notify/http/errors.ts";
import type { Logger } from "../server/logger.ts";
import { ChannelError } from "./errors.ts";
import { encodeFrame, FRAME, type Frame } from "./frames.ts";
import { Membership } from "./membership.ts";
import {
  decodeMembers,
  encodeMessage,
  NEWEST_PROTOCOL,
  OLDEST_PROTOCOL,
  type Hello,
  type MemberInfo,
  type Refusal,
} from "./messages.ts";
import { Replication, type ReplicationOptions } from "./replication.ts";
import { addressOf } from "./resolve.ts";
import { Session, type SessionOwner, type Verdict } from "./session.ts";
import type { Link, Transport } from "./transport.ts";

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
/** Addresses remembered as warned about. */
const MOST_WARNED = 1000;

/** What a call comes to. */
interface Call {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

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
  readonly #open = new Set<Session>();
  /** By address. */
  readonly #calls = new Map<string, Promise<void>>();
  readonly #callers = new Map<Session, Call>();
  /** What was called, for messages. */
  readonly #addresses = new WeakMap<Session, string>();
  /** When a member without a connection is called next, by name, and after how many calls. */
  readonly #retries = new Map<string, { readonly tries: number; readonly at: number }>();
  readonly #warned = new Set<string>();
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
    metrics.messagesQueued.read = () => [...this.#open].reduce((sum, { outbound }) => sum + outbound.queued, 0);
    this.#memberJoined(self, false);
  }

  /** Somebody calls. */
  accept(link: Link): void {
    if (this.#leaving || this.#open.size - this.#sessions.size >= MOST_STRANGERS) link.destroy();
    else this.#begin(new Session(this, link, false));
  }

  /**
   * Connects to whoever is at an address and exchanges all there is. Nothing is to be done where that is a member
   * there is a connection to already, or this very server.
   *
   * @throws Error that says why there is no connection
   */
  call(address: string): Promise<void> {
    let call = this.#calls.get(address);
    if (call === undefined) {
      call = this.#call(address).finally(() => this.#calls.delete(address));
      this.#calls.set(address, call);
    }
    return call;
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
    for (const member of this.membership.unconnectedMembers()) this.#look(member, now);
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
    for (const session of this.#open) {
      if (session.joined) session.finish(encodeFrame(FRAME.leave));
      else session.fail(new ChannelError("closed", "we leave"));
    }
    if (this.#open.size === 0) closed.resolve();
    await closed.promise;
    cancel();
    for (const session of this.#open) session.fail(new ChannelError("closed", "we leave"));
  }

  judge(session: Session, hello: Hello): Verdict {
    if (hello.protocol < OLDEST_PROTOCOL || hello.oldestProtocol > NEWEST_PROTOCOL) return { refuse: "version" };
    if (hello.label !== this.hello.label) return { refuse: "label" };
    if (hello.name === this.hello.name) {
      if (hello.incarnation === this.hello.incarnation) return "ourselves";
      return this.#conflict(hello.name);
    }
    const known = this.#sessions.get(hello.name);
    if (known === undefined) return "welcome";
    if (known.peer.incarnation === hello.incarnation) return session.dialed ? "known" : "welcome";
    const lives = this.clock.elapsed() - known.heardAt < 2 * this.#options.probeInterval + this.probeTimeout;
    return lives && known.peer.address !== hello.address ? this.#conflict(hello.name) : "welcome";
  }

  onJoined(session: Session): void {
    const { name, address, incarnation } = session.peer;
    const known = this.#sessions.get(name);
    if (known !== undefined && known.peer.incarnation === incarnation && !this.#replaces(session, known)) {
      session.end();
      return;
    }
    this.#sessions.set(name, session);
    known?.end();
    this.#retries.delete(name);
    this.#warned.delete(address);
    this.#warned.delete(session.remote);
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
        for (const member of this.membership.unconnectedMembers()) this.#look(member, this.clock.elapsed());
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
      case FRAME.allEnd:
        if (this.replication.receive(session, frame) === "synced") this.#callers.get(session)?.resolve();
    }
  }

  onSent(told: Parameters<SessionOwner["onSent"]>[0]): void {
    this.replication.sent(told);
  }

  onDropped(told: Parameters<SessionOwner["onDropped"]>[0]): void {
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
    this.#open.delete(session);
    const call = this.#callers.get(session);
    this.#callers.delete(session);
    if (session.hasGreeted && this.#sessions.get(session.peer.name) === session) this.#lost(session, error);
    if (error === undefined) call?.resolve();
    else call?.reject(error);
    if (error instanceof ChannelError && !this.#leaving) this.#note(session, error);
    if (this.#open.size === 0) this.#onIdle();
  }

  #lost(session: Session, error: Error | undefined): void {
    const { name } = session.peer;
    const now = this.clock.elapsed();
    this.#sessions.delete(name);
    this.#options.log.debug("connection to peer lost", { peer: name, err: error });
    this.membership.disconnected(name, now);
    this.#tellNews();
    const member = this.membership.get(name);
    if (member !== undefined) this.#look(member, now);
  }

  /** Of two connections between the same two processes one stays, and both choose the same. */
  #replaces(session: Session, known: Session): boolean {
    if (session.dialed === known.dialed) return true;
    // Made at the same time from both sides: the one that the lesser name made stays. An old one that is there still
    // is one that the caller has lost.
    if (this.clock.elapsed() - known.joinedAt > this.patience) return true;
    const oursIsLesser = this.hello.name < session.peer.name;
    return session.dialed === oursIsLesser;
  }

  #begin(session: Session): void {
    this.#open.add(session);
    session.start();
  }

  async #call(address: string): Promise<void> {
    const to = addressOf(address);
    const late = new AbortController();
    const cancel = this.clock.schedule(this.patience, () =>
      late.abort(new TimeoutCause(`dial tcp ${address}: i/o timeout`)),
    );
    const link = await this.#options.transport.dial(to, late.signal).finally(cancel);
    if (this.#leaving) {
      link.destroy();
      throw new ChannelError("closed", "we leave");
    }
    const session = new Session(this, link, true);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#callers.set(session, { resolve, reject });
    this.#addresses.set(session, address);
    this.#begin(session);
    // One that has joined but is slow with all it has is good enough.
    const enough = this.clock.schedule(2 * this.patience, resolve);
    return promise.finally(enough);
  }

  /** Calls a member there is no connection to: at once, then less and less often. */
  #look({ name, address }: MemberInfo, now: number): void {
    if (this.#leaving) return;
    const { probeInterval, reconnectInterval } = this.#options;
    const retry = this.#retries.get(name);
    // The greater name leaves the first call to the lesser, lest both call each other.
    const tries = retry?.tries ?? (this.hello.name < name ? 0 : -1);
    if (retry !== undefined && now < retry.at) return;
    const wait = Math.min(probeInterval * 2 ** Math.max(tries, 0), Math.max(reconnectInterval, probeInterval));
    this.#retries.set(name, { tries: tries + 1, at: now + wait });
    if (tries >= 0) this.call(address).catch(() => undefined);
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
    this.#retries.delete(name);
  }

  #conflict(name: string): { readonly refuse: Refusal } {
    this.#options.log.warn("Found conflicting peer IDs", { peer: name });
    this.#options.metrics.peerNameConflicts.inc();
    return { refuse: "name" };
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

  /** Counts a connection that came to nothing, and says so once for each that somebody should look at. */
  #note(session: Session, error: ChannelError): void {
    const { log, refused } = this.#options;
    if (error.fault === "closed") return;
    refused.with(error.fault).inc();
    if (error.fault === "name") {
      // We are told that our name is taken; where it was us who refused, that was counted.
      if (session.dialed && !session.hasGreeted) this.#conflict(this.hello.name);
      return;
    }
    if (error.fault === "stalled") {
      log.debug("peer is not responding", { peer: session.peer.name, err: error.message });
      return;
    }
    const where = this.#addresses.get(session) ?? session.remote;
    if (this.#warned.has(where)) return;
    if (this.#warned.size >= MOST_WARNED) this.#warned.clear();
    this.#warned.add(where);
    log.warn("No cluster with what is at this address: silences and notifications are not shared with it", {
      addr: where,
      err: error.message,
    });
  }
}
