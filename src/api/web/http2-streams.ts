/** What a client sends before its first frame. */
const PREFACE = 24;
/** Of a frame before its content: length (3 bytes), type, flags, stream. */
const HEAD = 9;

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const END_STREAM = 0x1;

type OnFrame = (type: number, flags: number, stream: number) => void;

/**
 * Follows the requests of an HTTP/2 connection (RFC 9113, section 4.1) by the frames that pass. The runtime's server takes
 * an answer for sent that it has only queued, and when it stops it drops what is left.
 */
export class HTTP2Streams {
  readonly #open = new Set<number>();
  #newest = 0;
  readonly #client = new Frames(PREFACE, (type, _, stream) => {
    // Numbers only grow: headers of one seen before are trailers.
    if (type === HEADERS && stream > this.#newest) {
      this.#newest = stream;
      this.#open.add(stream);
    } else if (type === RST_STREAM) this.#open.delete(stream);
  });
  readonly #server = new Frames(0, (type, flags, stream) => {
    const ends = (type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0;
    if (ends || type === RST_STREAM) this.#open.delete(stream);
  });

  /** How many requests have not been answered to the end. */
  get open(): number {
    return this.#open.size;
  }

  fromClient(bytes: Uint8Array): void {
    this.#client.read(bytes);
  }

  fromServer(bytes: Uint8Array): void {
    this.#server.read(bytes);
  }
}

/** Finds the frames in bytes that come in pieces of any size. A frame is told of when all of it has passed. */
class Frames {
  readonly #onFrame: OnFrame;
  readonly #head = Buffer.alloc(HEAD);
  /** How much of the head is there. */
  #have = 0;
  #skip: number;

  constructor(skip: number, onFrame: OnFrame) {
    this.#skip = skip;
    this.#onFrame = onFrame;
  }

  read(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#skip === 0 && this.#have === HEAD) this.#tell();
      const taken = Math.min(HEAD - this.#have, bytes.length - at);
      this.#head.set(bytes.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      if (taken > 0 && this.#have === HEAD) {
        this.#skip = this.#head.readUIntBE(0, 3);
        if (this.#skip === 0) this.#tell();
      }
    }
  }

  #tell(): void {
    this.#have = 0;
    this.#onFrame(this.#head.readUInt8(3), this.#head.readUInt8(4), this.#head.readUInt32BE(5) & 0x7fffffff);
  }
}
