import type { Count } from "../core/backup/newer.ts";
import type { HistoryRow, HistoryStorage } from "../core/interfaces/storage.ts";
import { historyLine } from "./encode.ts";
import { historyOf } from "./write.ts";

/** Characters of lines stored in one transaction. */
const AT_ONCE = 256 * 1024;

/** Adds lines to a history but for those that are in it, so that the same can be added twice. */
export class HistoryAppender {
  readonly #storage: Pick<HistoryStorage, "readHistory" | "commit">;
  /** A number for each line that is there: 53 bits of its hash. */
  #known: Set<number> | undefined;
  #waiting: HistoryRow[] = [];
  #size = 0;
  #new = 0;
  #older = 0;

  constructor(storage: Pick<HistoryStorage, "readHistory" | "commit">) {
    this.#storage = storage;
  }

  async append(rows: readonly HistoryRow[]): Promise<void> {
    this.#known ??= await this.#readKnown();
    for (const row of rows) {
      const text = lineOf(row);
      const number = hash(text);
      if (this.#known.has(number)) {
        this.#older++;
        continue;
      }
      this.#known.add(number);
      this.#waiting.push(row);
      this.#size += text.length;
      if (this.#size >= AT_ONCE) await this.#store();
    }
  }

  /** Stores what is left; how many lines there were. */
  async finish(): Promise<Count> {
    await this.#store();
    return { new: this.#new, older: this.#older };
  }

  async #store(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const history = this.#waiting;
    this.#waiting = [];
    this.#size = 0;
    await this.#storage.commit({ history });
    this.#new += history.length;
  }

  async #readKnown(): Promise<Set<number>> {
    const known = new Set<number>();
    for await (const rows of historyOf(this.#storage)) for (const row of rows) known.add(hash(lineOf(row)));
    return known;
  }
}

/** By which the same is known again: what else it is found by depends on what else is there. */
function lineOf(row: HistoryRow): string {
  const known: { -readonly [K in keyof HistoryRow]: HistoryRow[K] } = { ...row };
  delete known.about;
  delete known.mark;
  return historyLine(known);
}

function hash(text: string): number {
  return Number(BigInt.asUintN(53, BigInt(Bun.hash(text))));
}
