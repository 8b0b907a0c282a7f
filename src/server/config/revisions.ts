import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncDirectory, writeNew } from "./whole-file.ts";

/** One configuration that was in force. */
export interface Revision {
  /** From 1 on. */
  readonly revision: number;
  /** ms */
  readonly at: number;
  /** Of the file's content, as `alertmanager_config_hash` shows it. */
  readonly hash: string;
  /** Who put it in force; "" for one that was found in the file. */
  readonly by: string;
  readonly comment: string;
  /** The whole file with its secrets. */
  readonly text: string;
}

const KEPT = 50;
const NAME = /^(\d{6,})\.json$/;

/**
 * The configurations that were in force, each a file that nobody but this program may read: they hold the secrets, which
 * have no place in a database.
 */
export class Revisions {
  /** @param directory made when the first one is kept */
  constructor(readonly directory: string) {}

  get count(): number {
    return this.#numbers().length;
  }

  /** The newest first. */
  list(): Revision[] {
    return this.#numbers()
      .reverse()
      .flatMap((number) => this.get(number) ?? []);
  }

  /** Undefined for one that is not there, or cannot be read. */
  get(revision: number): Revision | undefined {
    try {
      return { ...(JSON.parse(readFileSync(this.#file(revision), "utf8")) as Revision), revision };
    } catch {
      return undefined;
    }
  }

  latest(): Revision | undefined {
    const number = this.#numbers().at(-1);
    return number === undefined ? undefined : this.get(number);
  }

  /** Keeps one, on disk when this returns, and lets go of the oldest. @throws Error where that cannot be written */
  add(content: Omit<Revision, "revision">): number {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const numbers = this.#numbers();
    const revision = (numbers.at(-1) ?? 0) + 1;
    const temporary = join(this.directory, "new");
    rmSync(temporary, { force: true });
    writeNew(temporary, JSON.stringify({ ...content, revision }));
    renameSync(temporary, this.#file(revision));
    syncDirectory(this.directory);
    for (const old of numbers.slice(0, Math.max(0, numbers.length + 1 - KEPT))) this.remove(old);
    return revision;
  }

  remove(revision: number): void {
    rmSync(this.#file(revision), { force: true });
  }

  #numbers(): number[] {
    let names: string[];
    try {
      names = readdirSync(this.directory);
    } catch {
      return [];
    }
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  #file(revision: number): string {
    return join(this.directory, `${String(revision).padStart(6, "0")}.json`);
  }
}
