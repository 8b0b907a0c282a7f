import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

/**
 * Starts a server that outlives the test it is started in, and returns its process ID. What it prints is in the file `log` of the
 * directory.
 */
export async function startDaemon(directory: string, command: readonly string[]): Promise<number> {
  const pid = await background(command, join(directory, "log"));
  writeFileSync(join(directory, "pid"), String(pid));
  return pid;
}

/**
 * Not a child of ours: `bun test` ends those when a test takes too long. In a session of its own, so that what is done to our
 * group of processes is not done to it.
 */
export async function background(command: readonly string[], log: string): Promise<number> {
  const script = 'cd /; log=$1; shift; setsid "$@" >>"$log" 2>&1 </dev/null & echo $!';
  const { code, stdout, stderr } = await run(["sh", "-c", script, "sh", log, ...command]);
  if (code !== 0) throw new Error(`${command[0]}: ${stderr}`);
  return Number(stdout);
}

export function isRunning(pid: number): boolean {
  const state = Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)])
    .stdout.toString()
    .trim();
  return state !== "" && !state.startsWith("Z");
}

/** To a process and those it has started; first to itself, which may start others. */
export function signalAll(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
  const children = Bun.spawnSync(["pgrep", "-P", String(pid)])
    .stdout.toString()
    .trim();
  for (const child of children === "" ? [] : children.split("\n")) {
    try {
      process.kill(Number(child), signal);
    } catch {
      continue; // It has ended meanwhile.
    }
  }
}
