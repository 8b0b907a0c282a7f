import { addTo, NO_TRAIL, trailOf, type Trail, type TrailBook } from "../../core/explain/trail.ts";
import type { Happening, Observer } from "../../core/interfaces/observing.ts";

/** Integrations of groups, those heard of last. */
const MOST_TRAILS = 5000;

/**
 * The last decisions and attempts of this server, by the key of the notification log. Bounded in every way and begun with a
 * group's first flush: what is older, or was another server's, is in the history.
 */
export class Recent implements Observer {
  readonly #trails = new Map<string, TrailBook>();

  get size(): number {
    return this.#trails.size;
  }

  /** Keys of the notification log, and of receivers as a whole. */
  keys(): IterableIterator<string> {
    return this.#trails.keys();
  }

  of(key: string): Trail {
    const kept = this.#trails.get(key);
    return kept === undefined ? NO_TRAIL : trailOf(kept);
  }

  happened(happening: Happening): void {
    if (happening.kind !== "notification") return;
    addTo(this.#kept(happening.key), happening);
  }

  #kept(key: string): TrailBook {
    const kept = this.#trails.get(key) ?? { decisions: [], attempts: [] };
    this.#trails.delete(key);
    this.#trails.set(key, kept);
    if (this.#trails.size > MOST_TRAILS) this.#trails.delete(this.#trails.keys().next().value as string);
    return kept;
  }
}
