import { type Timestamp, formatMillis } from "../../core/model/timestamp.ts";

const YEAR_10000 = 253_402_300_800_000;

/** Texts of times up to the second, for one request: alerts of one batch share them. */
export type Seconds = Map<number, string>;

/**
 * Writes times as the API does (spec §2.3) with the text that always stands around them, in two pieces: one up to the second,
 * one from there on.
 */
export class TimePieces {
  readonly #before: string;
  readonly #after: string;
  readonly #milliseconds: string[] = [];

  constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
  }

  /** @param seconds kept for this text before the time */
  push(pieces: string[], seconds: Seconds, time: Timestamp): void {
    const { ms } = time;
    if (time.offset !== 0 || ms < 0 || ms >= YEAR_10000) {
      pieces.push(this.#before, formatMillis(time), this.#after);
      return;
    }
    const second = Math.floor(ms / 1000);
    const rest = ms - second * 1000;
    let upToSecond = seconds.get(second);
    if (upToSecond === undefined) {
      upToSecond = this.#before + new Date(second * 1000).toISOString().slice(0, 20);
      seconds.set(second, upToSecond);
    }
    pieces.push(upToSecond, (this.#milliseconds[rest] ??= `${String(rest).padStart(3, "0")}Z${this.#after}`));
  }
}
