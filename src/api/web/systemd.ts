const FIRST_FD = 3;

/** The descriptors of the sockets systemd listens on for this process; none when it was not started by a socket unit. */
export function activatedDescriptors(env: Readonly<Record<string, string | undefined>>, pid: number): number[] {
  if (Number(env["LISTEN_PID"]) !== pid) return [];
  const count = Number(env["LISTEN_FDS"]);
  return Number.isInteger(count) && count > 0 ? Array.from({ length: count }, (_, i) => FIRST_FD + i) : [];
}
