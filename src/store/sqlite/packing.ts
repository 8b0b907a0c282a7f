/**
 * How rows cross from one thread to the other: one flat string per message, which is handed over without being copied
 * field by field. It holds a JSON array of numbers, in which a text is represented by its length, and then all texts
 * end to end.
 */

/** Rows packed and not yet joined with those of others. */
export interface Packed {
  /** The numbers, comma separated. */
  readonly numbers: string;
  readonly texts: string;
}

export class Packer {
  readonly #numbers: number[] = [];
  #texts = "";

  /** @throws RangeError for what JSON has no number for */
  number(n: number): void {
    if (!Number.isFinite(n)) throw new RangeError(`${n} is not a number that can be stored`);
    this.#numbers.push(n);
  }

  text(s: string): void {
    this.#numbers.push(s.length);
    this.#texts += s;
  }

  /** Characters of text so far. */
  get size(): number {
    return this.#texts.length;
  }

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  finish(): Packed {
    return { numbers: this.#numbers.join(","), texts: this.#texts };
  }
}

/** One message of many packed parts, in their order. */
export function joinPacked(parts: readonly Packed[]): string {
  let numbers = "";
  let texts = "";
  for (const part of parts) {
    numbers += numbers === "" ? part.numbers : `,${part.numbers}`;
    texts += part.texts;
  }
  return `${numbers.length}[${numbers}]${texts}`;
}

/** Reads the numbers and texts of a joined message in the order they were packed. */
export class Unpacker {
  readonly #message: string;
  readonly #numbers: readonly number[];
  #next = 0;
  #offset: number;

  constructor(message: string) {
    const open = message.indexOf("[");
    this.#message = message;
    this.#offset = open + Number(message.slice(0, open)) + 2;
    this.#numbers = JSON.parse(message.slice(open, this.#offset)) as number[];
  }

  get done(): boolean {
    return this.#next >= this.#numbers.length;
  }

  number(): number {
    return this.#numbers[this.#next++] as number;
  }

  text(): string {
    const from = this.#offset;
    this.#offset += this.number();
    return this.#message.slice(from, this.#offset);
  }
}
