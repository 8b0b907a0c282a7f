export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; that of the tests if not given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly withinMs?: number;
}

/** Runs a command to its end; one that has not come to it in time is ended (code 143). */
export async function run(
  command: readonly string[],
  { cwd, env, withinMs = 120_000 }: RunOptions = {},
): Promise<Outcome> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: withinMs,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}
