/** The time `ms` from now (before now, if negative), as the API reads it. */
export function fromNow(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
