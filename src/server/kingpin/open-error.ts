const ERRNO_TEXT: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
};

/** Go's text for a file that cannot be opened: `open FILE: no such file or directory`. */
export function openError(file: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const verb = code === "EISDIR" ? "read" : "open";
  return `${verb} ${file}: ${ERRNO_TEXT[code] ?? String(error)}`;
}
