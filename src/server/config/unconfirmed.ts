import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeNew } from "./whole-file.ts";

/** Where the configurations that were in force are kept, below the data directory. */
export const REVISIONS = "config-revisions";
/** Says in there what waits to be confirmed. */
export const UNCONFIRMED = join(REVISIONS, "unconfirmed");

/** A configuration that is taken back unless somebody confirms it. */
export interface Pending {
  /** What it goes back to. */
  readonly revision: number;
  /** Of the configuration that waits to be confirmed. */
  readonly hash: string;
  /** ms */
  readonly until: number;
}

/** Keeps in a file what is to be confirmed, so that a restart does not confirm it. */
export class PendingFile {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, UNCONFIRMED);
  }

  read(): Pending | undefined {
    if (!existsSync(this.#file)) return undefined;
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as Pending;
    } catch {
      return undefined;
    }
  }

  write(pending: Pending | undefined): void {
    if (pending === undefined) return rmSync(this.#file, { force: true });
    const temporary = `${this.#file}.new`;
    rmSync(temporary, { force: true });
    writeNew(temporary, JSON.stringify(pending));
    renameSync(temporary, this.#file);
  }
}
