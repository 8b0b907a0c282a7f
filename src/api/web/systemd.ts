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
