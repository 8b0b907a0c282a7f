/**
 * The version of an alert somebody's copy was made from. What this server writes over it moves it on; what another
 * server writes makes a new one, so that whoever holds the old one is known to be behind.
 */
export interface Version {
  /** Number of the change that wrote it; 0 where there was none. */
  change: number;
}

/** Which version of each alert this server knows. */
export class KnownAlerts {
  #versions = new Map<string, Version>();
  /** Alerts being written, with how many versions of each. */
  readonly #pending = new Map<string, number>();

  changeOf(fingerprint: string): number | undefined {
    return this.#versions.get(fingerprint)?.change || undefined;
  }

  /** The version a write that is asked for now is based on. */
  base(fingerprint: string): Version {
    let version = this.#versions.get(fingerprint);
    if (version === undefined) {
      version = { change: 0 };
      this.#versions.set(fingerprint, version);
    }
    return version;
  }

  /** The version something that is no write of the whole alert is based on. */
  peek(fingerprint: string): Version {
    return this.#versions.get(fingerprint) ?? { change: 0 };
  }

  /** An alert is on its way, until `settle`. */
  begin(fingerprint: string): void {
    this.#pending.set(fingerprint, (this.#pending.get(fingerprint) ?? 0) + 1);
  }

  settle(fingerprint: string): void {
    const left = (this.#pending.get(fingerprint) ?? 1) - 1;
    if (left > 0) this.#pending.set(fingerprint, left);
    else this.#pending.delete(fingerprint);
  }

  /**
   * The database has shown us a version. Of an alert that is on its way we stay behind: what is on its way was not made from
   * that version and would overwrite it.
   */
  learn(fingerprint: string, change: number): void {
    if (this.#pending.has(fingerprint)) return;
    const known = this.#versions.get(fingerprint);
    if (known === undefined || known.change < change) this.#versions.set(fingerprint, { change });
  }

  /** An alert is gone from the database, unless it was written again since. */
  removed(fingerprint: string, version: Version): void {
    version.change = 0;
    if (this.#versions.get(fingerprint) === version && !this.#pending.has(fingerprint)) {
      this.#versions.delete(fingerprint);
    }
  }

  /** All there is in the database. */
  replace(changes: Iterable<readonly [fingerprint: string, change: number]>): void {
    this.#versions = new Map();
    for (const [fingerprint, change] of changes) this.#versions.set(fingerprint, { change });
  }
}
