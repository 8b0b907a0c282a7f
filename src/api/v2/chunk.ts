import { WIDEST } from "./pages.ts";

const NO_PAGE = Buffer.alloc(0);

/**
 * The part of an answer that is being put together. Things are added until one does not fit; then what is there is taken and
 * sent, and the same memory takes the next part.
 */
export class Chunk {
  #buffer: Buffer<ArrayBuffer>;
  #used = 0;
  // Bytes that were added last and are not copied yet: what stands end to end in a page is copied at once, or not at all.
  #page = NO_PAGE;
  #from = 0;
  #to = 0;

  /** @param size bytes; grows for a single thing that is larger */
  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size);
  }

  /** @returns false, adding nothing, when it has to wait for the next chunk */
  addText(text: string): boolean {
    if (!this.#hasRoom(text.length * WIDEST)) return false;
    this.#settle();
    this.#used += this.#buffer.write(text, this.#used, "utf8");
    return true;
  }

  /**
   * Adds bytes `from` to `to` of a page, which must not change.
   *
   * @returns false, adding nothing, when it has to wait for the next chunk
   */
  addBytes(page: Buffer<ArrayBuffer>, from: number, to: number): boolean {
    if (!this.#hasRoom(to - from)) return false;
    if (page !== this.#page || from !== this.#to) {
      this.#settle();
      this.#page = page;
      this.#from = from;
    }
    this.#to = to;
    return true;
  }

  /** What was added, to be used before anything else is. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#used === 0) {
      const taken = this.#page.subarray(this.#from, this.#to);
      this.#from = this.#to;
      return taken;
    }
    this.#settle();
    const taken = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    return taken;
  }

  #settle(): void {
    if (this.#from === this.#to) return;
    this.#used += this.#page.copy(this.#buffer, this.#used, this.#from, this.#to);
    this.#from = this.#to;
  }

  #hasRoom(bytes: number): boolean {
    const used = this.#used + this.#to - this.#from;
    if (used + bytes <= this.#buffer.length) return true;
    if (used > 0) return false;
    this.#buffer = Buffer.allocUnsafe(bytes);
    return true;
  }
}
