import type { Happening, NotificationHappening, Observer } from "../core/interfaces/observing.ts";

/** How one integration has done of late. */
export interface IntegrationHealth {
  readonly health: "ok" | "failing" | "rate_limited" | "unknown";
  /** Notifications delivered since the start. */
  readonly sent: number;
  /** Attempts that failed since the start. */
  readonly failed: number;
  /** The part of the attempts of the last hour that failed; 0 where there was none. */
  readonly errorRate: number;
  /** ms */
  readonly lastSuccessAt: number | undefined;
  readonly lastFailureAt: number | undefined;
  readonly lastError: string | undefined;
  /** How long attempts of the last hour took, ms; undefined where there was none. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

interface Attempt {
  readonly at: number;
  readonly isDelivered: boolean;
  readonly duration: number | undefined;
}

interface Track {
  sent: number;
  failed: number;
  lastSuccessAt: number | undefined;
  lastFailureAt: number | undefined;
  lastError: string | undefined;
  /** The last ones. */
  readonly attempts: Attempt[];
}

/** Attempts that are kept of each integration. */
const MOST_ATTEMPTS = 200;
/** Integrations; receivers of Kubernetes come and go. */
const MOST_TRACKS = 5000;
const WINDOW = 3_600_000;
/** ms a receiver counts as held back after it was. */
const HELD_BACK = 60_000;

const UNKNOWN: IntegrationHealth = {
  health: "unknown",
  sent: 0,
  failed: 0,
  errorRate: 0,
  lastSuccessAt: undefined,
  lastFailureAt: undefined,
  lastError: undefined,
  p50: undefined,
  p95: undefined,
};

/** Keeps, within bounds, how the integrations of all receivers do. */
export class ReceiverHealth implements Observer {
  readonly #tracks = new Map<string, Track>();
  /** When each receiver was last held back by its rate limit, ms. */
  readonly #limited = new Map<string, number>();

  happened(happening: Happening): void {
    if (happening.kind !== "notification") return;
    const { change, receiver, at } = happening;
    if (change === "rate_limited") this.#limited.set(receiver, at);
    else if (change === "delivered") this.#delivered(happening);
    // A notification that failed in the end was counted with each of its attempts.
    else if (change === "refused" || (change === "failed" && !happening.isFinal)) this.#failed(happening);
  }

  of(
    place: { readonly receiver: string; readonly type: string; readonly index: number },
    now: number,
  ): IntegrationHealth {
    const track = this.#tracks.get(keyOf(place.receiver, place.type, place.index));
    const isLimited = now - (this.#limited.get(place.receiver) ?? Number.NEGATIVE_INFINITY) < HELD_BACK;
    if (track === undefined) return isLimited ? { ...UNKNOWN, health: "rate_limited" } : UNKNOWN;
    const { attempts, ...known } = track;
    const recent = attempts.filter(({ at }) => at > now - WINDOW);
    const took = recent.flatMap(({ duration }) => duration ?? []).toSorted((a, b) => a - b);
    const isFailing = (track.lastFailureAt ?? 0) > (track.lastSuccessAt ?? 0);
    return {
      ...known,
      health: isFailing ? "failing" : isLimited ? "rate_limited" : "ok",
      errorRate: recent.length === 0 ? 0 : recent.filter(({ isDelivered }) => !isDelivered).length / recent.length,
      p50: quantile(took, 0.5),
      p95: quantile(took, 0.95),
    };
  }

  #delivered({ at, duration, ...place }: NotificationHappening): void {
    const track = this.#track(place);
    if (track === undefined) return;
    track.sent++;
    track.lastSuccessAt = at;
    keep(track.attempts, { at, isDelivered: true, duration });
  }

  #failed({ at, duration, error, ...place }: NotificationHappening): void {
    const track = this.#track(place);
    if (track === undefined) return;
    track.failed++;
    track.lastFailureAt = at;
    track.lastError = error;
    keep(track.attempts, { at, isDelivered: false, duration });
  }

  #track({
    receiver,
    integration,
    index,
  }: Pick<NotificationHappening, "receiver" | "integration" | "index">): Track | undefined {
    if (integration === undefined || index === undefined) return undefined;
    const key = keyOf(receiver, integration, index);
    let track = this.#tracks.get(key);
    if (track === undefined) {
      track = {
        sent: 0,
        failed: 0,
        lastSuccessAt: undefined,
        lastFailureAt: undefined,
        lastError: undefined,
        attempts: [],
      };
      this.#tracks.set(key, track);
      if (this.#tracks.size > MOST_TRACKS) this.#tracks.delete(this.#tracks.keys().next().value as string);
    }
    return track;
  }
}

function keyOf(receiver: string, type: string, index: number): string {
  return JSON.stringify([receiver, type, index]);
}

function keep(attempts: Attempt[], attempt: Attempt): void {
  attempts.push(attempt);
  if (attempts.length > MOST_ATTEMPTS) attempts.shift();
}

/** Of numbers that are in order. */
function quantile(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
