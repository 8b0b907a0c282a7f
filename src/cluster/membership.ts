import { compareBytes } from "../core/model/labels.ts";
import type { MemberInfo } from "./messages.ts";

/** A peer that cannot be reached. */
export interface FailedPeer {
  /** Empty for one that was given by its address and never reached. */
  readonly name: string;
  readonly address: string;
  /** On the clock's forward-only time, ms. */
  readonly since: number;
}

export interface MembershipEvents {
  /** @param again whether it counted as failed before */
  onJoined(member: MemberInfo, again: boolean): void;
  onLeft(member: MemberInfo): void;
  onUpdated(member: MemberInfo): void;
}

interface Known {
  info: MemberInfo;
  connected: boolean;
  /** When it was last known to live, on the clock's forward-only time, ms. */
  seenAt: number;
}

/** Members that left in order and are remembered, so that stale news of them is not believed. */
const MOST_DEPARTED = 1000;

/**
 * Who belongs to the cluster. A member lives while there is a connection to it or somebody we have a connection to has
 * one, and for a while after; then it has failed.
 */
export class Membership {
  readonly #events: MembershipEvents;
  readonly #patience: number;
  readonly #members = new Map<string, Known>();
  /** By the member that told. */
  readonly #reports = new Map<string, ReadonlyMap<string, MemberInfo>>();
  /** By address. */
  readonly #failed = new Map<string, FailedPeer>();
  /** Incarnations by name. */
  readonly #departed = new Map<string, number>();
  #sorted: readonly MemberInfo[] | undefined;

  /** @param patience ms without a sign of life after which a member has failed */
  constructor(
    readonly self: MemberInfo,
    patience: number,
    events: MembershipEvents,
  ) {
    this.#patience = patience;
    this.#events = events;
  }

  /** This server and all that live, by name. */
  alive(): readonly MemberInfo[] {
    this.#sorted ??= [this.self, ...[...this.#members.values()].map(({ info }) => info)].sort((a, b) =>
      compareBytes(a.name, b.name),
    );
    return this.#sorted;
  }

  /** Where this server stands among them, from 0. */
  position(): number {
    return this.alive().indexOf(this.self);
  }

  get(name: string): MemberInfo | undefined {
    return this.#members.get(name)?.info;
  }

  connectedMembers(): MemberInfo[] {
    return [...this.#members.values()].filter(({ connected }) => connected).map(({ info }) => info);
  }

  /** Those that live as far as is known, without a connection to them. */
  unconnectedMembers(): MemberInfo[] {
    return [...this.#members.values()].filter(({ connected }) => !connected).map(({ info }) => info);
  }

  failed(): readonly FailedPeer[] {
    return [...this.#failed.values()];
  }

  /** Whether a member is connected with another, as it told last. */
  knows(name: string, other: string): boolean {
    return this.#reports.get(name)?.has(other) === true;
  }

  /** Peers that were given by address are failed until they join. */
  expect(addresses: readonly string[], now: number): void {
    for (const address of addresses) this.#failed.set(address, { name: "", address, since: now });
  }

  /** What was called there is a member by another address, or this very server: nothing has failed. */
  reached(address: string): void {
    this.#failed.delete(address);
  }

  connected(info: MemberInfo, now: number): void {
    this.#departed.delete(info.name);
    this.#alive(info, true, now);
    // What ran at that address before does so no more.
    for (const { info: other, connected } of this.#members.values()) {
      if (other.address === info.address && other.name !== info.name && !connected) this.#remove(other);
    }
  }

  /** The connection to it is lost. */
  disconnected(name: string, now: number): void {
    this.#reports.delete(name);
    const known = this.#members.get(name);
    if (known === undefined) return;
    known.connected = false;
    known.seenAt = now;
    const replaced = this.connectedMembers().some(({ address }) => address === known.info.address);
    if (replaced) this.#remove(known.info);
  }

  /** A member tells who it is connected with. */
  reported(by: string, members: readonly MemberInfo[], now: number): void {
    const told = members.filter(
      ({ name, incarnation }) => name !== this.self.name && name !== by && this.#departed.get(name) !== incarnation,
    );
    this.#reports.set(by, new Map(told.map((info) => [info.name, info])));
    for (const info of told) if (this.#members.get(info.name)?.connected !== true) this.#alive(info, false, now);
  }

  /** It says that it ends. */
  departed(name: string): void {
    const known = this.#members.get(name);
    if (known === undefined) return;
    this.#departed.set(name, known.info.incarnation);
    if (this.#departed.size > MOST_DEPARTED) this.#departed.delete(this.#departed.keys().next().value as string);
    this.#reports.delete(name);
    this.#remove(known.info);
  }

  /** Gives up those that nobody has seen for too long. */
  sweep(now: number): void {
    for (const known of this.#members.values()) {
      const { info, connected } = known;
      if (connected || this.#isReported(info)) known.seenAt = now;
      if (now - known.seenAt < this.#patience) continue;
      this.#remove(info);
      const replaced = this.alive().some(({ address }) => address === info.address);
      if (!replaced) this.#failed.set(info.address, { name: info.name, address: info.address, since: now });
    }
  }

  /** Forgets peers that failed `timeout` ms ago, and returns them. */
  forget(now: number, timeout: number): FailedPeer[] {
    const forgotten = this.failed().filter(({ since }) => now - since >= timeout);
    for (const { address } of forgotten) this.#failed.delete(address);
    return forgotten;
  }

  #alive(info: MemberInfo, connected: boolean, now: number): void {
    const known = this.#members.get(info.name);
    this.#sorted = undefined;
    if (known === undefined) {
      this.#members.set(info.name, { info, connected, seenAt: now });
      this.#events.onJoined(info, this.#isBack(info));
      return;
    }
    const moved = known.info.address !== info.address;
    Object.assign(known, { info, connected, seenAt: now });
    this.#isBack(info);
    if (moved) this.#events.onUpdated(info);
  }

  /** Takes it off the list of those that failed. */
  #isBack({ name, address }: MemberInfo): boolean {
    let back = false;
    for (const failed of this.failed()) {
      if (failed.address === address || failed.name === name) back = this.#failed.delete(failed.address);
    }
    return back;
  }

  #isReported({ name, incarnation }: MemberInfo): boolean {
    for (const told of this.#reports.values()) if (told.get(name)?.incarnation === incarnation) return true;
    return false;
  }

  #remove(info: MemberInfo): void {
    this.#members.delete(info.name);
    this.#sorted = undefined;
    this.#events.onLeft(info);
  }
}
