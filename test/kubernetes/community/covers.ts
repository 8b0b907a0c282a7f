type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing is there to be missed: `{}`, `[]`, `""` and null say as much as no key at all. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isMapping(value) && Object.values(value).every(isEmpty));

/** What tells items of a list apart: the API's merge keys. */
const keyOf = (item: unknown): unknown => (isMapping(item) ? (item["mountPath"] ?? item["name"]) : undefined);

/**
 * Where `ours` does not say all that `theirs` says: a line each, with the path. Ours may say more, in mappings, in lists of named
 * items and in lists of flags, but must keep the order of the latter.
 */
export function whatIsMissing(theirs: unknown, ours: unknown, path = ""): string[] {
  if (isEmpty(theirs)) return [];
  if (isMapping(theirs) && isMapping(ours)) {
    return Object.entries(theirs).flatMap(([key, value]) => whatIsMissing(value, ours[key], `${path}/${key}`));
  }
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.every((item) => keyOf(item) !== undefined)) {
      return theirs.flatMap((item) => {
        const same = ours.find((other) => keyOf(other) === keyOf(item));
        return whatIsMissing(item, same, `${path}/${String(keyOf(item))}`);
      });
    }
    if (path.endsWith("/args")) {
      const kept = ours.filter((flag) => theirs.includes(flag));
      return Bun.deepEquals(kept, theirs) ? [] : [`${path}: ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}`];
    }
  }
  return Bun.deepEquals(theirs, ours) ? [] : [`${path}: ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}`];
}
