import { readFileSync, statSync } from "node:fs";
import { openError } from "../../core/text/errno.ts";
import { parseWebConfig, type WebConfig } from "./config.ts";

/** Two writes so close, ms, may bear the same time. */
const CLOSE = 100;

/** Of which writing of a file something is, so that it need not be read again. */
export type Stamp = string;

/**
 * The stamp of a file as it is now, at the price of a system call.
 *
 * @returns undefined where it says nothing: the file is away, or was written a moment ago and may be again
 */
export function stampOf(path: string): Stamp | undefined {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = statSync(path, { bigint: true });
    return Date.now() - Number(ctimeMs) < CLOSE ? undefined : `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return undefined;
  }
}

/** The web configuration as the file has it at the moment: upstream reads it on every request and every handshake. */
export class WebConfigFile {
  readonly #path: string;
  #last: { readonly stamp: Stamp | undefined; readonly config: WebConfig } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The same object for as long as the file is the same. @throws Error in upstream's words */
  current(): WebConfig {
    // Taken before the file is read: a write in between is then seen the next time.
    const stamp = stampOf(this.#path);
    if (this.#last !== undefined && stamp !== undefined && stamp === this.#last.stamp) return this.#last.config;
    this.#last = { stamp, config: parseWebConfig(this.#read(), this.#path) };
    return this.#last.config;
  }

  #read(): Uint8Array {
    try {
      return readFileSync(this.#path);
    } catch (e) {
      throw new Error(openError(this.#path, e), { cause: e });
    }
  }
}
