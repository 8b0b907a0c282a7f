import { edenGC } from "bun:jsc";

/** UTF-8 takes at most three bytes for a character of a string. */
export const WIDEST = 3;

/** Bytes of a page; a place is a 32-bit number, so there can be 4,096 of them. */
const PAGE = 1024 * 1024;
const MOST_PAGES = 4096;

/**
 * After so many bytes of texts the strings they were made as, which are garbage, are collected. Left alone they would be as much
 * as the pages before they are; collecting what is that young takes a millisecond.
 */
const GARBAGE = 4 * PAGE;

/**
 * Texts as bytes, one after the other in large pages. What has been written never changes, so that it may be sent from
 * where it stands.
 */
export class Pages {
  readonly #pages: Buffer<ArrayBuffer>[] = [];
  #used = PAGE;
  #garbage = 0;
  /** Bytes of all texts. */
  written = 0;

  /** The place after the last text. */
  get end(): number {
    return (this.#pages.length - 1) * PAGE + this.#used;
  }

  /** @returns the text's place, undefined if it is too long to be kept */
  add(text: string): number | undefined {
    const most = text.length * WIDEST;
    if (most > PAGE) return undefined;
    if (this.#used + most > PAGE) {
      if (this.#pages.length === MOST_PAGES) return undefined;
      this.#pages.push(Buffer.allocUnsafeSlow(PAGE));
      this.#used = 0;
    }
    const place = this.end;
    const length = this.pageAt(place).write(text, this.#used, "utf8");
    this.#used += length;
    this.written += length;
    this.#garbage += length;
    if (this.#garbage > GARBAGE) {
      this.#garbage = 0;
      edenGC();
    }
    return place;
  }

  pageAt(place: number): Buffer<ArrayBuffer> {
    return this.#pages[Math.floor(place / PAGE)] as Buffer<ArrayBuffer>;
  }

  /** The first byte of a text in its page. */
  static offset(place: number): number {
    return place % PAGE;
  }
}
