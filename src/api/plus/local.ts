import type { Client } from "../web/index.ts";

/** Said to whoever may not. */
export const REFUSED =
  "this is for requests from this machine itself, unless the --web.config.file asks everybody to prove who they are: " +
  "with basic_auth_users, or with client_auth_type: RequireAndVerifyClientCert";

/** What proxies and browsers add: the request is somebody else's, whatever address it comes from. */
const OF_OTHERS = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "origin", "sec-fetch-site"];

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Whether a request may read or change everything: somebody who has proved who they are, or a program on this machine
 * that speaks to us directly. A page in a browser on this machine could have others' requests sent here, which is why
 * it has to have asked for this machine by name, too.
 *
 * @param client undefined when it is not known
 */
export function mayAdminister(request: Request, client: Client | undefined): boolean {
  if (client === undefined) return false;
  return client.isAuthenticated === true || isLocal(request, client);
}

/**
 * Whether a program on this machine speaks to us directly.
 *
 * @param client undefined when it is not known
 */
export function isLocal({ headers, url }: Request, client: Client | undefined): boolean {
  if (client === undefined) return false;
  if (!LOOPBACK.test(client.address) || OF_OTHERS.some((name) => headers.has(name))) return false;
  return LOOPBACK.test(new URL(url).hostname.replace(/^\[|\]$/g, ""));
}
