import { pack, unpack } from "./messages.ts";

/** Bytes of what is told in one turn at most; what is beyond the others learn from the database. */
const MAX_TOLD = 4 * 2 ** 20;

export interface NewsOptions<T> {
  /** Our name, by which we know our own messages again. */
  readonly from: string;
  readonly encode: (item: T) => Uint8Array;
  /** @throws Error when it makes no sense */
  readonly decode: (records: Uint8Array) => readonly T[];
  /** May reject. */
  readonly send: (message: Buffer) => Promise<unknown>;
  readonly onUnreadable: (error: Error) => void;
}

/** Tells the other servers of one kind of thing, and hears of theirs. */
export class News<T> {
  readonly #options: NewsOptions<T>;
  readonly #listeners = new Set<(items: readonly T[]) => void>();
  #records: Uint8Array[] = [];
  #bytes = 0;

  constructor(options: NewsOptions<T>) {
    this.#options = options;
  }

  /** What is told in one turn goes out together at its end. */
  tell(items: readonly T[]): void {
    for (const item of items) {
      const record = this.#options.encode(item);
      if (this.#bytes + record.length > MAX_TOLD) return;
      if (this.#records.length === 0) queueMicrotask(() => this.#flush());
      this.#records.push(record);
      this.#bytes += record.length;
    }
  }

  #flush(): void {
    const { from, send } = this.#options;
    for (const message of pack(this.#records, from)) send(message).catch(() => undefined);
    this.#records = [];
    this.#bytes = 0;
  }

  heard(message: Buffer): void {
    const { from: me, decode, onUnreadable } = this.#options;
    let items: readonly T[];
    try {
      const { from, records } = unpack(message);
      if (from === me) return;
      items = decode(records);
    } catch (error) {
      onUnreadable(error as Error);
      return;
    }
    // Not from within the client, which must not suffer from what a listener does.
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(items);
    });
  }

  /** @returns ends it */
  listen(listener: (items: readonly T[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was told is sent now. */
  close(): void {
    this.#flush();
    this.#listeners.clear();
  }
}
