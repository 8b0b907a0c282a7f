/** Most of a response's body that is kept, bytes: receivers answer in a few hundred, and a log line holds it. */
const MAX_BODY = 1 << 20;
/** How long a body nobody reads may take to arrive before its connection is given up, ms. */
const DISCARD_TIMEOUT = 5_000;

export interface RawResponse {
  readonly status: number;
  /** Code and phrase as received: `200 OK`. */
  readonly statusText: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: BodyCollector;
}

/** Gathers a body as it arrives, whether or not somebody waits for it. */
export class BodyCollector {
  #chunks: Buffer[] = [];
  #size = 0;
  #limit = MAX_BODY;
  #sink: ((data: Buffer) => void) | undefined;
  #settle!: (error: Error | undefined) => void;
  readonly #done: Promise<Error | undefined>;
  readonly #cutOff: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param cutOff ends the connection: the rest of the body is not wanted */
  constructor(cutOff: () => void) {
    this.#cutOff = cutOff;
    this.#done = new Promise((resolve) => {
      this.#settle = (error) => {
        clearTimeout(this.#timer);
        resolve(error);
      };
    });
  }

  push(data: Buffer): void {
    if (this.#sink !== undefined) return this.#sink(data);
    const room = this.#limit - this.#size;
    if (data.length > 0 && room > 0) this.#chunks.push(data.subarray(0, room));
    this.#size += data.length;
    if (this.#size <= this.#limit) return;
    this.end();
    this.#cutOff();
  }

  end(): void {
    this.#settle(undefined);
  }

  fail(error: Error): void {
    this.#settle(error);
  }

  /**
   * The body as text, at most 1 MiB of it.
   *
   * @throws Error when the connection ended before the body did
   */
  async text(): Promise<string> {
    const error = await this.#done;
    if (error !== undefined) throw error;
    return Buffer.concat(this.#chunks).toString();
  }

  /**
   * The body, at most `limit` bytes of it. To be called as soon as the head is there, before the body passes 1 MiB.
   *
   * @throws Error when the connection ended before the body did
   */
  async bytes(limit: number): Promise<Buffer> {
    this.#limit = limit;
    const error = await this.#done;
    if (error !== undefined) throw error;
    return Buffer.concat(this.#chunks);
  }

  /**
   * Hands the body on as it arrives, however long it is, and resolves at its end. To be called as soon as the head is there.
   *
   * @throws Error when the connection ended before the body did
   */
  async pass(sink: (data: Buffer) => void): Promise<void> {
    for (const chunk of this.#chunks) sink(chunk);
    this.#chunks = [];
    this.#sink = sink;
    const error = await this.#done;
    if (error !== undefined) throw error;
  }

  /** Lets the body arrive unread, so that the connection can be used again; not for ever. */
  discard(): void {
    this.#timer = setTimeout(this.#cutOff, DISCARD_TIMEOUT);
    this.#timer.unref();
    void this.#done.then(() => clearTimeout(this.#timer));
  }
}
