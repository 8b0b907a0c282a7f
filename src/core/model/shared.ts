import { Timestamp } from "./timestamp.ts";

/** More texts than this are not remembered at a time. */
const MOST_TEXTS = 4096;

/** Gives the same string for the same text, so that it is kept once however many alerts have it. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  of(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}

const lately: (Timestamp | undefined)[] = Array.from({ length: 256 });

/** A moment as the object it was lately given as: alerts that came together share their times. */
export function sharedTimestamp(ms: number, nanos = 0, offset = 0): Timestamp {
  const at = Math.abs(ms) % lately.length;
  const known = lately[at];
  if (known?.ms === ms && known.nanos === nanos && known.offset === offset) return known;
  const timestamp = new Timestamp(ms, nanos, offset);
  lately[at] = timestamp;
  return timestamp;
}
