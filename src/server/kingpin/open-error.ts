const ERRNO_TEXT: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
};

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Go's text for a file that cannot be opened: `open FILE: no such file or directory`. */
export function openError(file: string, error: unknown): string {
  return fileError(codeOf(error) === "EISDIR" ? "read" : "open", file, error);
}

/** Go's text for what failed on a file: `mkdir FILE: permission denied`. */
export function fileError(verb: string, file: string, error: unknown): string {
  return `${verb} ${file}: ${ERRNO_TEXT[codeOf(error)] ?? String(error)}`;
}
