/** A request's URL taken apart by hand: `new URL` costs more than answering a health check. */
export interface Target {
  /** As sent, but for what the URL parser of the runtime normalises. */
  readonly path: string;
  /** What follows the question mark, without it. */
  readonly query: string;
}

export function targetOf(url: string): Target {
  const slash = url.indexOf("/", url.indexOf("//") + 2);
  if (slash < 0) return { path: "/", query: "" };
  const question = url.indexOf("?", slash);
  if (question < 0) return { path: url.slice(slash), query: "" };
  return { path: url.slice(slash, question), query: url.slice(question + 1) };
}

/** Resolves `.`, `..` and repeated slashes as Go's router does; a slash at the end stays. */
export function cleanPath(path: string): string {
  if (!path.includes("//") && !path.includes("/.")) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const cleaned = `/${parts.join("/")}`;
  return path.endsWith("/") && cleaned !== "/" ? `${cleaned}/` : cleaned;
}

/** Whether a percent sign stands for no byte: such a request is malformed. */
export function hasBadEscape(path: string): boolean {
  return path.includes("%") && /%(?![0-9a-fA-F]{2})/.test(path);
}

/** Undoes percent escapes; a path that has bad ones stays as it is. */
export function decodePath(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Writes a path as Go's `URL.String` does. */
export function encodePath(path: string): string {
  return encodeURI(path.toWellFormed()).replace(
    /[?#!*'()]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
