/** What a command line led to. Of a line that gets as far as starting the server only that is kept. */
export interface Golden {
  readonly args: readonly string[];
  readonly starts: boolean;
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * Removes what differs from run to run and between the two programs: times, source positions, facts of the build, the
 * wording of the help and our own flag.
 */
export function normalise(text: string): string {
  return text
    .replace(/^ +--plus\.config\.file=.*\n/m, "")
    .replace(/^--plus\.config\.file\n/m, "")
    .replace(/^ {10,}.*\n/gm, "")
    .replace(/^( +(?:-\w, )?--\S+(?: \.\.\.)?) {2}.*$/gm, "$1")
    .replace(/time=\S+/g, "time=T")
    .replace(/"time":"[^"]*"/g, '"time":"T"')
    .replace(/source=\S+:\d+/g, "source=S")
    .replace(/"source":"[^"]*:\d+"/g, '"source":"S"')
    .replace(/\(branch: .*, revision: .*\)/, "(branch: B, revision: R)")
    .replace(/^( {2}(?:build (?:user|date)|go version): +).*$/gm, "$1V");
}
