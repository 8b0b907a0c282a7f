import { fstatSync, readFileSync } from "node:fs";

const FIRST_FD = 3;

/**
 * The descriptors of the sockets systemd listens on for this process; none when it was not started by a socket unit. The
 * variables are taken out of the environment, for they are not meant for children.
 */
export function takeActivatedDescriptors(env: Record<string, string | undefined>, pid: number): number[] {
  const { LISTEN_PID: forPid, LISTEN_FDS: fds } = env;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete env[name];
  if (Number(forPid) !== pid) return [];
  const count = Number(fds);
  return Number.isInteger(count) && count > 0 ? Array.from({ length: count }, (_, i) => FIRST_FD + i) : [];
}

/** The path a unix socket is bound to, which the runtime does not tell; empty where there is none. */
export function unixPathOf(fd: number): string {
  const inode = String(fstatSync(fd).ino);
  for (const line of readFileSync("/proc/self/net/unix", "utf8").split("\n")) {
    const [, , , , , , ino, path] = line.split(/\s+/);
    if (ino === inode) return path ?? "";
  }
  return "";
}
