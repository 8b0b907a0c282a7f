const HEADER = 4;

/**
 * A message as sent: the length of its JSON in bytes (4 bytes, most significant first), then the JSON.
 * @throws Error where it has more bytes than `limit`
 */
export function encodeMessage(message: unknown, limit: number): Uint8Array {
  const json = Buffer.from(JSON.stringify(message));
  if (json.length > limit) throw new Error(`a message of ${json.length} bytes, more than the ${limit} allowed`);
  const frame = Buffer.allocUnsafe(HEADER + json.length);
  frame.writeUInt32BE(json.length);
  frame.set(json, HEADER);
  return frame;
}

/** Cuts what arrives into messages. */
export class MessageReader {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #held = 0;

  /** @param limit bytes of the JSON of one message */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes bytes in and gives the messages that are whole. @throws Error for a length that is not allowed and for what is no JSON */
  *read(bytes: Uint8Array): Generator<unknown> {
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    while (this.#held >= HEADER) {
      const length = this.#length();
      if (length > this.#limit) throw new Error(`a message of ${length} bytes, more than the ${this.#limit} allowed`);
      if (this.#held < HEADER + length) return;
      const all = this.#join();
      this.#held -= HEADER + length;
      this.#chunks = this.#held > 0 ? [all.subarray(HEADER + length)] : [];
      yield JSON.parse(all.toString("utf8", HEADER, HEADER + length));
    }
  }

  #length(): number {
    const [first] = this.#chunks;
    const head = first !== undefined && first.length >= HEADER ? first : this.#join();
    return new DataView(head.buffer, head.byteOffset, HEADER).getUint32(0);
  }

  /** All that is held, in one piece. */
  #join(): Buffer {
    const [first] = this.#chunks;
    const isOne = this.#chunks.length === 1 && first !== undefined;
    const all = isOne ? Buffer.from(first.buffer, first.byteOffset, first.length) : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
