import { ChannelError } from "./errors.ts";

/**
 * What both sides of a connection begin with. Alertmanager's own protocol takes the first byte for a type of message
 * it does not know, and, under TLS, the first four for a small length: neither comes to harm.
 */
export const PREAMBLE = Uint8Array.of(0x50, 0, 0, 0, 0x41, 0x4d, 0x2b, 0x2b);

/** Types of frames. One that is not known is skipped, so that later releases can add some. */
export const FRAME = {
  /** JSON: who speaks. The caller's is answered with the called one's. */
  hello: 1,
  /** JSON: why not; instead of a hello, and the last frame. */
  refuse: 2,
  /** Nothing: the caller takes the connection into use. */
  join: 3,
  /** JSON: the members the sender is connected with. */
  members: 4,
  /** 4 bytes that the pong gives back. */
  ping: 5,
  pong: 6,
  /** Nothing: the sender ends in order. */
  leave: 7,
  /** Changed silences, changed log entries. */
  silences: 8,
  logEntries: 9,
  /** The same as parts of all there is, and the end of it: 1 byte, 1 where the receiver's is wanted in return. */
  allSilences: 10,
  allLogEntries: 11,
  allEnd: 12,
  /** JSON: changed documents, and documents as part of all there is. */
  documents: 13,
  allDocuments: 14,
} as const;

export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Bytes a frame may have before its sender has been let in, and after. */
export const GREETING_LIMIT = 8192;
export const FRAME_LIMIT = 16 << 20;

const HEADER = 5;
const EMPTY = new Uint8Array(0);

/** A frame as sent: length of what follows (4 bytes, most significant first), type, payload. */
export function encodeFrame(type: number, payload: Uint8Array = EMPTY): Uint8Array {
  const frame = new Uint8Array(HEADER + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length + 1);
  frame[4] = type;
  frame.set(payload, HEADER);
  return frame;
}

/** Cuts what arrives into frames. */
export class FrameReader {
  /** Bytes the next frame may have, its type included. */
  limit = GREETING_LIMIT;
  #chunks: Uint8Array[] = [];
  #held = 0;
  #preamble = 0;

  /**
   * Takes bytes in and gives the frames that are whole.
   *
   * @throws ChannelError `foreign` as soon as the bytes cannot be ours, `malformed` for a length that is not allowed
   */
  *read(bytes: Uint8Array): Generator<Frame> {
    const rest = this.#skipPreamble(bytes);
    if (rest.length > 0) {
      this.#chunks.push(rest);
      this.#held += rest.length;
    }
    while (this.#held >= 4) {
      const length = this.#length();
      if (length === 0 || length > this.limit) {
        throw new ChannelError("malformed", `a frame of ${length} bytes where 1 to ${this.limit} were expected`);
      }
      if (this.#held < 4 + length) return;
      const frame = this.#take(4 + length);
      yield { type: frame[4] as number, payload: frame.subarray(HEADER) };
    }
  }

  #skipPreamble(bytes: Uint8Array): Uint8Array {
    let at = 0;
    while (this.#preamble < PREAMBLE.length && at < bytes.length) {
      if (bytes[at++] !== PREAMBLE[this.#preamble++]) {
        throw new ChannelError("foreign", "it speaks another protocol; is it Prometheus Alertmanager?");
      }
    }
    return bytes.subarray(at);
  }

  #length(): number {
    const first = this.#chunks[0] as Uint8Array;
    const head = first.length >= 4 ? first : this.#join();
    return new DataView(head.buffer, head.byteOffset, 4).getUint32(0);
  }

  /** All that is held, in one piece. */
  #join(): Uint8Array {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Uint8Array;
  }

  #take(length: number): Uint8Array {
    const all = this.#join();
    this.#held -= length;
    this.#chunks = this.#held > 0 ? [all.subarray(length)] : [];
    return all.subarray(0, length);
  }
}
