import type { Cancel, Clock } from "../dispatch/clock.ts";
import { ChannelError } from "./errors.ts";
import { encodeFrame, FRAME, FRAME_LIMIT, FrameReader, PREAMBLE, type Frame } from "./frames.ts";
import type { Verdict } from "./judge.ts";
import { decodeHello, decodeRefusal, encodeMessage, type Hello, type Refusal } from "./messages.ts";
import { Outbound, type Told } from "./outbound.ts";
import type { Link } from "./transport.ts";

/** Who the sessions belong to. */
export interface SessionOwner {
  readonly clock: Clock;
  readonly hello: Hello;
  /** ms for a greeting, and for the other side to read what it is sent. */
  readonly patience: number;
  /** ms an answer to a probe may take. */
  readonly probeTimeout: number;
  judge(session: Session, hello: Hello): Verdict;
  onJoined(session: Session): void;
  /** A frame of a member, other than those of probes. @throws ChannelError on one that is malformed */
  onFrame(session: Session, frame: Frame): void;
  onSent(told: Told): void;
  onDropped(told: Told): void;
  onBehind(session: Session): void;
  /** @param seconds a probe took; undefined when it went unanswered */
  onProbed(session: Session, seconds: number | undefined): void;
  /** The error is undefined when the other side, or this one, closed in order. */
  onClosed(session: Session, error: Error | undefined): void;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  label: "it refuses members with our --cluster.label",
  version: "it speaks versions of the protocol this program does not",
  name: "it knows another member by our name",
};

/**
 * One connection to another server: both say who they are, then the caller, if it likes what it hears, joins. Whatever
 * is not as expected closes it.
 */
export class Session {
  readonly #owner: SessionOwner;
  readonly #link: Link;
  readonly #reader = new FrameReader();
  readonly outbound: Outbound;
  #stage: "greeting" | "greeted" | "joined" | "closed" = "greeting";
  #peer: Hello | undefined;
  #deadline: Cancel | undefined;
  #heardAny = false;
  /** On the clock's forward-only time, ms. */
  joinedAt = 0;
  heardAt = 0;
  #probe: { readonly number: number; readonly at: number; readonly timeout: Cancel } | undefined;
  #probes = 0;
  /** Probes in a row without an answer. */
  missed = 0;

  /** @param dialed whether this side called */
  constructor(
    owner: SessionOwner,
    link: Link,
    readonly dialed: boolean,
  ) {
    this.#owner = owner;
    this.#link = link;
    this.outbound = new Outbound(link, {
      clock: owner.clock,
      patience: owner.patience,
      onSent: (told) => owner.onSent(told),
      onDropped: (told) => owner.onDropped(told),
      onBehind: () => owner.onBehind(this),
      onStalled: () => this.fail(new ChannelError("stalled", `it did not read for ${owner.patience} ms`)),
    });
  }

  /** Begins the greeting. Apart from the constructor, because it may end at once. */
  start(): void {
    const { clock, patience } = this.#owner;
    this.#deadline = clock.schedule(patience, () => {
      this.fail(new ChannelError("silent", `it did not greet within ${patience} ms; is it Prometheus Alertmanager?`));
    });
    this.#link.attach({
      data: (bytes) => this.#read(bytes),
      drained: () => this.outbound.drained(),
      closed: (error) => this.#ended(error),
    });
    if (this.dialed) this.#greet();
  }

  get joined(): boolean {
    return this.#stage === "joined";
  }

  get closed(): boolean {
    return this.#stage === "closed";
  }

  get hasGreeted(): boolean {
    return this.#peer !== undefined;
  }

  get remote(): string {
    return this.#link.remote;
  }

  /** Who is at the other end; only asked for once it has said so. */
  get peer(): Hello {
    if (this.#peer === undefined) throw new Error("a session that has greeted was expected");
    return this.#peer;
  }

  send(type: number, payload?: Uint8Array): void {
    this.outbound.send(encodeFrame(type, payload));
  }

  /** Asks for a sign of life, unless the last one is still awaited. */
  probe(): void {
    if (this.#probe !== undefined) return;
    const { clock, probeTimeout } = this.#owner;
    const number = ++this.#probes >>> 0;
    const timeout = clock.schedule(probeTimeout, () => {
      this.#probe = undefined;
      this.missed++;
      this.#owner.onProbed(this, undefined);
    });
    this.#probe = { number, at: clock.elapsed(), timeout };
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, number);
    this.send(FRAME.ping, payload);
  }

  /** Sends what waits and a last frame, then closes. */
  finish(last: Uint8Array): void {
    this.outbound.finish(last);
  }

  /** Closes without a word; what was written still goes. */
  end(): void {
    this.#close(undefined);
    this.#link.end();
  }

  fail(error: Error): void {
    if (this.closed) return;
    this.#close(error);
    this.#link.destroy();
  }

  #greet(): void {
    this.#link.write(PREAMBLE);
    this.send(FRAME.hello, encodeMessage(this.#owner.hello));
  }

  #read(bytes: Uint8Array): void {
    if (this.closed) return;
    this.#heardAny = true;
    try {
      for (const frame of this.#reader.read(bytes)) {
        if (this.closed) return;
        this.#take(frame);
      }
    } catch (e) {
      // Whatever another server sends, this one goes on.
      this.fail(e instanceof ChannelError ? e : new ChannelError("malformed", `it cannot be taken in: ${String(e)}`));
    }
  }

  #take({ type, payload }: Frame): void {
    if (this.#stage === "joined") {
      this.heardAt = this.#owner.clock.elapsed();
      if (type === FRAME.ping) this.send(FRAME.pong, payload);
      else if (type === FRAME.pong) this.#answered(payload);
      else this.#owner.onFrame(this, { type, payload });
    } else if (this.#stage === "greeting" && type === FRAME.hello) {
      this.#greeted(decodeHello(payload));
    } else if (this.#stage === "greeting" && this.dialed && type === FRAME.refuse) {
      const reason = decodeRefusal(payload);
      throw new ChannelError(reason, REFUSALS[reason]);
    } else if (this.#stage === "greeted" && type === FRAME.join) {
      this.#join();
    } else {
      throw new ChannelError("malformed", `a frame of type ${type} while ${this.#stage}`);
    }
  }

  #greeted(hello: Hello): void {
    this.#peer = hello;
    const verdict = this.#owner.judge(this, hello);
    if (typeof verdict === "object") {
      const { refuse } = verdict;
      if (!this.dialed) {
        this.#link.write(PREAMBLE);
        this.send(FRAME.refuse, encodeMessage({ reason: refuse }));
      }
      this.#close(new ChannelError(refuse, `we refuse it: ${refuse}`));
      this.#link.end();
    } else if (!this.dialed) {
      this.#stage = "greeted";
      this.#greet();
    } else if (verdict === "welcome") {
      this.send(FRAME.join);
      this.#join();
    } else {
      this.end();
    }
  }

  #join(): void {
    const { clock } = this.#owner;
    this.#deadline?.();
    this.#stage = "joined";
    this.#reader.limit = FRAME_LIMIT;
    this.joinedAt = clock.elapsed();
    this.heardAt = this.joinedAt;
    this.#owner.onJoined(this);
  }

  #answered(payload: Uint8Array): void {
    if (payload.length !== 4) throw new ChannelError("malformed", `a pong of ${payload.length} bytes`);
    const number = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    this.missed = 0;
    if (this.#probe?.number !== number) return;
    this.#probe.timeout();
    const seconds = (this.#owner.clock.elapsed() - this.#probe.at) / 1000;
    this.#probe = undefined;
    this.#owner.onProbed(this, seconds);
  }

  #ended(error: Error | undefined): void {
    if (this.dialed && this.#stage === "greeting" && !this.#heardAny) {
      const how = error === undefined ? "" : `: ${error.message}`;
      this.#close(
        new ChannelError(
          "foreign",
          `it closed the connection without a greeting${how}; is it Prometheus Alertmanager, which speaks another protocol?`,
        ),
      );
      return;
    }
    // Somebody may call, see that somebody listens, and go.
    this.#close(error ?? (this.dialed || this.#stage === "joined" ? new ChannelError("closed", "EOF") : undefined));
  }

  #close(error: Error | undefined): void {
    if (this.#stage === "closed") return;
    this.#stage = "closed";
    this.#deadline?.();
    this.#probe?.timeout();
    this.#probe = undefined;
    this.outbound.close();
    this.#owner.onClosed(this, error);
  }
}
