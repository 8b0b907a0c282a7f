import type { Alert } from "../model/alert.ts";

interface Bucket {
  /** End of each alert in ms, by fingerprint. */
  readonly ends: Map<string, number>;
  /** No later than the earliest end held: while it is ahead of now nothing can be evicted. */
  earliest: number;
}

/** The limit on alerts of one name (`--alerts.per-alertname-limit`, spec §3.4). */
export class AlertLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** @param limit alerts of one name; 0 or less for none */
  constructor(readonly limit: number) {}

  /** Whether the alert may be stored; if so it takes, or keeps, its place. */
  admits(alert: Alert, now: number): boolean {
    if (this.limit <= 0) return true;
    const bucket = this.#bucket(alert);
    const fingerprint = alert.labels.fingerprint;
    if (!bucket.ends.has(fingerprint) && bucket.ends.size >= this.limit && !evict(bucket, now)) return false;
    take(bucket, fingerprint, alert.endsAt.ms);
    return true;
  }

  /** Gives a stored alert its place back whatever the limit says now: what was acknowledged is never dropped. */
  restore(alert: Alert): void {
    if (this.limit > 0) take(this.#bucket(alert), alert.labels.fingerprint, alert.endsAt.ms);
  }

  /** Drops the buckets in which everything is past. */
  collectGarbage(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      if ([...bucket.ends.values()].every((end) => end < now)) this.#buckets.delete(name);
    }
  }

  #bucket(alert: Alert): Bucket {
    const name = alert.labels.get("alertname");
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { ends: new Map(), earliest: Number.POSITIVE_INFINITY };
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

function take(bucket: Bucket, fingerprint: string, end: number): void {
  bucket.ends.set(fingerprint, end);
  bucket.earliest = Math.min(bucket.earliest, end);
}

/** Frees the place of the alert that ended first, if one has ended. */
function evict(bucket: Bucket, now: number): boolean {
  if (bucket.earliest >= now) return false;
  let first: string | undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (const [fingerprint, end] of bucket.ends) {
    if (end >= earliest) continue;
    earliest = end;
    first = fingerprint;
  }
  bucket.earliest = earliest;
  if (first === undefined || earliest >= now) return false;
  bucket.ends.delete(first);
  return true;
}
