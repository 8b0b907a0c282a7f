import type { Happening, Observer } from "../core/interfaces/observing.ts";
import type { StoreHealth } from "../core/interfaces/storage.ts";

/** ms; how long a notification that failed for good counts, unless the integration succeeds before. */
const REMEMBERED = 10 * 60_000;

/**
 * Whether all is well: what comes is stored, and no integration is one whose last notification of the last ten minutes failed.
 */
export class Wellness implements Observer {
  /** When an integration failed, ms, by the receiver and its place in it. */
  readonly #failed = new Map<string, number>();

  constructor(
    readonly storeHealth: () => StoreHealth,
    readonly now: () => number,
  ) {}

  happened(happening: Happening): void {
    if (happening.kind !== "notification" || !happening.isFinal || happening.integration === undefined) return;
    const name = `${happening.receiver}/${happening.integration}[${happening.index ?? 0}]`;
    if (happening.change === "delivered") this.#failed.delete(name);
    else if (happening.change === "failed" || happening.change === "refused") this.#failed.set(name, happening.at);
  }

  /** Why it is not, for a person; undefined when all is well. */
  trouble(): string | undefined {
    const { state, reason } = this.storeHealth();
    if (state !== "ok") return `the store is degraded: ${reason ?? "no reason given"}`;
    const now = this.now();
    for (const [name, at] of this.#failed) if (at + REMEMBERED <= now) this.#failed.delete(name);
    const [first] = this.#failed.keys();
    return first === undefined ? undefined : `notifications of ${first} fail`;
  }
}
