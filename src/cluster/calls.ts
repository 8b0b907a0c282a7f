import type { Clock } from "../dispatch/clock.ts";
import { TimeoutCause } from "../notify/http/errors.ts";
import type { MemberInfo } from "./messages.ts";
import { addressOf } from "./resolve.ts";
import type { Session } from "./session.ts";
import type { Link, Transport } from "./transport.ts";

export interface CallsOptions {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly ownName: string;
  /** ms to connect. */
  readonly patience: number;
  /** Shortest and longest time between two calls of a member, ms. */
  readonly probeInterval: number;
  readonly reconnectInterval: number;
  /** Makes a session of a connection that was called for, not yet started. @throws Error if it may not */
  readonly open: (link: Link) => Session;
}

interface Call {
  /** What was called. */
  readonly address: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The calls this server makes to others. */
export class Calls {
  readonly #options: CallsOptions;
  /** Under way, by address. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #bySession = new Map<Session, Call>();
  /** When a member without a connection is called next, by name, and after how many calls. */
  readonly #retries = new Map<string, { readonly tries: number; readonly at: number }>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  isUnderWay(address: string): boolean {
    return this.#underWay.has(address);
  }

  /** The address that was called, undefined for a session that was not. */
  addressOf(session: Session): string | undefined {
    return this.#bySession.get(session)?.address;
  }

  /** Connects to whoever is at an address. @throws Error that says why there is no connection */
  call(address: string): Promise<void> {
    let call = this.#underWay.get(address);
    if (call === undefined) {
      call = this.#call(address).finally(() => this.#underWay.delete(address));
      this.#underWay.set(address, call);
    }
    return call;
  }

  /** Calls a member there is no connection to: at once, then less and less often. */
  look({ name, address }: MemberInfo): void {
    const { clock, ownName, probeInterval, reconnectInterval } = this.#options;
    const now = clock.elapsed();
    const retry = this.#retries.get(name);
    if (retry !== undefined && now < retry.at) return;
    // The greater name leaves the first call to the lesser, lest both call each other.
    const tries = retry?.tries ?? (ownName < name ? 0 : -1);
    const wait = Math.min(probeInterval * 2 ** Math.max(tries, 0), Math.max(reconnectInterval, probeInterval));
    this.#retries.set(name, { tries: tries + 1, at: now + wait });
    if (tries >= 0) this.call(address).catch(() => undefined);
  }

  /** The member is connected, or is one no more. */
  forget(name: string): void {
    this.#retries.delete(name);
  }

  /** The other side has told all it has. */
  synced(session: Session): void {
    this.#bySession.get(session)?.resolve();
  }

  /** The error is undefined for a call that was not needed. */
  ended(session: Session, error: Error | undefined): void {
    const call = this.#bySession.get(session);
    this.#bySession.delete(session);
    if (error === undefined) call?.resolve();
    else call?.reject(error);
  }

  async #call(address: string): Promise<void> {
    const { clock, transport, patience, open } = this.#options;
    const to = addressOf(address);
    const late = new AbortController();
    const cancel = clock.schedule(patience, () => late.abort(new TimeoutCause(`dial tcp ${address}: i/o timeout`)));
    const link = await transport.dial(to, late.signal).finally(cancel);
    const session = open(link);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#bySession.set(session, { address, resolve, reject });
    session.start();
    // One that has joined but is slow with all it has is good enough.
    const enough = clock.schedule(2 * patience, resolve);
    return promise.finally(enough);
  }
}
