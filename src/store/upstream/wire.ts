/**
 * The part of protobuf's wire format that upstream's snapshot files need: varints, length-delimited fields, and doubles.
 * 64-bit numbers are pairs of 32-bit halves, because a hash does not fit a JavaScript number.
 */

class WireError extends Error {}

export interface Uint64 {
  readonly high: number;
  readonly low: number;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const TWO_32 = 2 ** 32;

const utf8Decoder = new TextDecoder();
const utf8Encoder = new TextEncoder();

/** As a two's complement signed number, exact up to 2^53. */
function toSigned({ high, low }: Uint64): number {
  return (high | 0) * TWO_32 + low;
}

/** 16 hex digits. */
export function toHex({ high, low }: Uint64): string {
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

export function fromHex(hex: string): Uint64 {
  return { high: Number.parseInt(hex.slice(0, -8), 16), low: Number.parseInt(hex.slice(-8), 16) };
}

function fromSigned(n: number): Uint64 {
  return { high: Math.floor(n / TWO_32) >>> 0, low: n >>> 0 };
}

/** Reads the fields of one message in the order they stand. */
export class WireReader {
  #at = 0;
  #type = VARINT;

  constructor(readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** Starts the next field and gives its number. Its value has to be read or skipped before the next. */
  field(): number {
    const tag = this.varint().low;
    this.#type = tag & 7;
    return tag >>> 3;
  }

  varint(): Uint64 {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new WireError("unexpected EOF");
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= bits << 31;
      if (byte < 0x80) return { high: high >>> 0, low: low >>> 0 };
    }
    throw new WireError("a number is longer than 64 bits");
  }

  int(): number {
    this.#expect(VARINT);
    return toSigned(this.varint());
  }

  double(): number {
    this.#expect(FIXED64);
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** The bytes of a text, of a message, or after a length that stands alone. */
  lengthDelimited(): Uint8Array {
    return this.#take(toSigned(this.varint()));
  }

  message(): WireReader {
    this.#expect(BYTES);
    return new WireReader(this.lengthDelimited());
  }

  text(): string {
    this.#expect(BYTES);
    return utf8Decoder.decode(this.lengthDelimited());
  }

  /** The numbers of a repeated field, which may stand packed together or each in a field of its own. */
  uint64s(): Uint64[] {
    if (this.#type === VARINT) return [this.varint()];
    const packed = this.message();
    const numbers: Uint64[] = [];
    while (!packed.done) numbers.push(packed.varint());
    return numbers;
  }

  skip(): void {
    if (this.#type === VARINT) this.varint();
    else if (this.#type === BYTES) this.lengthDelimited();
    else if (this.#type === FIXED64) this.#take(8);
    else if (this.#type === FIXED32) this.#take(4);
    else throw new WireError(`unknown wire type ${this.#type}`);
  }

  #expect(type: number): void {
    if (this.#type !== type) throw new WireError(`wire type ${this.#type} where ${type} was expected`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.bytes.length) throw new WireError("unexpected EOF");
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Writes the fields of one message. As in proto3, a field with the value it has by default is left out. */
export class WireWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  int(field: number, n: number): this {
    return n === 0 ? this : this.presentInt(field, n);
  }

  text(field: number, s: string): this {
    return s === "" ? this : this.presentText(field, s);
  }

  /** Also writes a 0: of a choice of fields, the one that is there says which was chosen. */
  presentInt(field: number, n: number): this {
    return this.#tag(field, VARINT).#varint(fromSigned(n));
  }

  /** Also writes an empty text. */
  presentText(field: number, s: string): this {
    return this.#tag(field, BYTES).delimited(utf8Encoder.encode(s));
  }

  presentDouble(field: number, n: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, n, true);
    return this.#tag(field, FIXED64).#append(bytes);
  }

  message(field: number, message: WireWriter): this {
    return this.#tag(field, BYTES).delimited(message.finish());
  }

  uint64s(field: number, numbers: readonly Uint64[]): this {
    if (numbers.length === 0) return this;
    const packed = new WireWriter();
    for (const n of numbers) packed.#varint(n);
    return this.message(field, packed);
  }

  /** Bytes after their length, with no field number: how a snapshot file strings its messages together. */
  delimited(bytes: Uint8Array): this {
    return this.#varint(fromSigned(bytes.length)).#append(bytes);
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #tag(field: number, type: number): this {
    return this.#varint({ high: 0, low: field * 8 + type });
  }

  #varint({ high, low }: Uint64): this {
    this.#makeRoom(10);
    while (high > 0 || low > 0x7f) {
      this.#bytes[this.#length++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#length++] = low;
    return this;
  }

  #append(bytes: Uint8Array): this {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
