/**
 * Whether a request was made by a page of another site in somebody's browser: such a page must not change anything, whatever
 * the browser sends along to prove who its user is. Programs that are no browsers send neither header.
 */
export function isFromAnotherSite({ headers }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  if (origin === null || origin === "") return false;
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  // A proxy may have its own word for us towards the browser.
  return host === undefined || ![headers.get("host"), headers.get("x-forwarded-host")].includes(host);
}
