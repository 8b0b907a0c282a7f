import type { AlertTexts } from "./alert-texts.ts";
import { AlertWriter, isActive, type ShownAlert } from "./alert-json.ts";
import type { Chunk } from "./chunk.ts";
import { Pages } from "./pages.ts";

/** An alert of which there is no text. */
interface Unwritten extends ShownAlert {
  readonly keep: boolean;
}

/**
 * The alerts a request shows, in order, as they stand when it begins: of those with a text only where that is, so that a list
 * of any length costs eight bytes for each.
 */
export class ShownAlerts {
  readonly #texts: AlertTexts;
  readonly #pages: Pages;
  readonly #writer = new AlertWriter();
  /** Where its text is; of one without, which has length 0, its number among those. */
  readonly #places: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #unwritten: Unwritten[] = [];
  #size = 0;

  /**
   * @param version of what mutes
   * @param most how many alerts there can be
   */
  constructor(
    texts: AlertTexts,
    readonly version: number,
    most: number,
  ) {
    this.#texts = texts;
    this.#pages = texts.pages;
    this.#places = new Uint32Array(most);
    this.#lengths = new Uint32Array(most);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the alert of a rank, which is active. */
  addActive(rank: number): void {
    const { rows } = this.#texts;
    this.#places[this.#size] = rows.place(rank);
    this.#lengths[this.#size++] = rows.length(rank);
  }

  /** @param keep whether other answers say the same of the alert, as long as it is active */
  add(shown: ShownAlert, keep: boolean): void {
    const keeps = keep && isActive(shown);
    const rank = keeps ? this.#texts.renew(shown.alert, shown.receivers) : undefined;
    if (rank !== undefined) this.addActive(rank);
    else this.#places[this.#size++] = this.#unwritten.push({ ...shown, keep: keeps }) - 1;
  }

  /**
   * Writes the alerts from number `from` up to number `to`, as many as fit, with commas between them.
   *
   * @param first the number of the one that has no comma before it
   * @returns the number of the first one that did not fit
   */
  write(chunk: Chunk, first: number, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      if (this.#lengths[i] === 0 && !this.#keepText(i)) {
        const text = this.#writer.write(this.#unwritten[this.#places[i] as number] as Unwritten);
        if (!chunk.addText(i === first ? text.slice(1) : text)) return i;
        continue;
      }
      const place = this.#places[i] as number;
      const at = Pages.offset(place);
      const end = at + (this.#lengths[i] as number);
      if (!chunk.addBytes(this.#pages.pageAt(place), i === first ? at + 1 : at, end)) return i;
    }
    return to;
  }

  /** @returns whether there is a text now */
  #keepText(i: number): boolean {
    const shown = this.#unwritten[this.#places[i] as number] as Unwritten;
    if (!shown.keep || this.#pages !== this.#texts.pages) return false;
    const { alert, receivers } = shown;
    const place = this.#texts.keep(alert, receivers, this.version, this.#writer.write(shown));
    if (place === undefined) return false;
    this.#places[i] = place;
    this.#lengths[i] = this.#pages.end - place;
    return true;
  }
}
