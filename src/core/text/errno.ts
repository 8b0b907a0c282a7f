/** Go's words for what the system answers, by its codes. */
const TEXTS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  ECONNABORTED: "software caused connection abort",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  EINVAL: "invalid argument",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "file name too long",
  ENETUNREACH: "network is unreachable",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
  EPIPE: "broken pipe",
  EROFS: "read-only file system",
  ETIMEDOUT: "connection timed out",
};

/** The system's code of an error, such as `ENOENT`; "" where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The text of a system error as Go prints an errno; the error's own where it is none of the usual ones. */
export function errnoText(error: unknown): string {
  return TEXTS[errorCode(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** Go's text for a file that cannot be opened: `open FILE: no such file or directory`. */
export function openError(file: string, error: unknown): string {
  return fileError(errorCode(error) === "EISDIR" ? "read" : "open", file, error);
}

/** Go's text for what failed on a file: `mkdir FILE: permission denied`. */
export function fileError(verb: string, file: string, error: unknown): string {
  return `${verb} ${file}: ${errnoText(error)}`;
}
