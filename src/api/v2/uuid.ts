const UUID =
  /^(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{32}$|^.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}.$/is;

/** Whether a path segment passes for a UUID: plain, without dashes, in braces or as a URN (spec §2.9). */
export function isUUID(text: string): boolean {
  return UUID.test(text);
}
