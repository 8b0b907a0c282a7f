/** What a browser keeps of its session. */
const COOKIE = "alertmanager_session";

/** A token in the URL, of ours: logs and histories of browsers keep it. */
const IN_URL = /amp_[0-9a-fA-F]{16}/;

export function hasTokenInURL({ url }: Request): boolean {
  return IN_URL.test(url);
}

/** The token of `Authorization: Bearer …`; undefined when there is no such header. */
export function bearerOf({ headers }: Request): string | undefined {
  const header = headers.get("authorization");
  if (header === null) return undefined;
  return /^bearer +(.*)$/i.exec(header)?.[1]?.trim();
}

/** The session a browser shows; undefined when it shows none. */
export function sessionOf({ headers }: Request): string | undefined {
  const cookies = headers.get("cookie");
  if (cookies === null) return undefined;
  for (const cookie of cookies.split(";")) {
    const [name, value] = cookie.trim().split("=", 2);
    if (name === COOKIE && value !== undefined && value !== "") return value;
  }
  return undefined;
}

/**
 * What a browser is told to keep.
 *
 * @param seconds for how long; 0: to forget it
 * @param path of all it is sent to
 */
export function cookie(secret: string, seconds: number, path: string, isSecure: boolean): string {
  const parts = [`${COOKIE}=${secret}`, `Path=${path}`, `Max-Age=${seconds}`, "HttpOnly", "SameSite=Strict"];
  return [...parts, ...(isSecure ? ["Secure"] : [])].join("; ");
}
