import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { run, type Outcome } from "../support/run.ts";
import { eventually, within } from "../support/wait.ts";
import { cLibrary, type Image } from "./image-root.ts";

export interface Mount {
  /** A file or directory of this machine. */
  readonly from: string;
  /** Where the container has it. */
  readonly to: string;
  readonly readOnly: boolean;
}

export interface ContainerOptions {
  readonly image: Image;
  readonly hostname: string;
  /** Instead of the image's CMD. */
  readonly args?: readonly string[];
  readonly uid: number;
  readonly gid: number;
  /** All groups it is of beside its own. */
  readonly groups?: readonly number[];
  /** Beside what the image sets; nothing else is in the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** A directory for its log, and for the files that say who it is. */
  readonly directory: string;
  /** Words to put before, which give it a network. */
  readonly network: readonly string[];
  /** What it has as /etc/resolv.conf. */
  readonly resolvConf?: string;
}

const COMMANDS = ["unshare", "nsenter", "mount", "setpriv", "ldd", "ip", "pgrep", "curl"];

/** Why there can be no containers here; undefined where there can. */
export function whyNoContainers(): string | undefined {
  const missing = COMMANDS.find((command) => Bun.which(command) === null);
  if (missing !== undefined) return `there is no ${missing} command`;
  const probe = "ip link add br0 type bridge && ip link add v0 type veth peer name v1";
  const tried = Bun.spawnSync(["unshare", "--net", "--mount", "--pid", "--uts", "--fork", "sh", "-c", probe]);
  return tried.exitCode === 0 ? undefined : `no namespaces with a network: ${tried.stderr.toString().trim()}`;
}

// Mounts, then a root that cannot be written, then no rights. What takes the rights away stands in a directory in memory and is run by
// the container's own C library.
const SCRIPT = `set -e
root=$1; uid=$2; gid=$3; groups=$4; loader=$5; name=$6; directory=$7; shift 7
echo "$name" >/proc/sys/kernel/hostname
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/.runtime"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
setpriv=$(command -v setpriv)
for file in "$setpriv" $(ldd "$setpriv" | sed -n 's/.*=> \\([^ ]*\\).*/\\1/p'); do cp "$file" "$root/dev/.runtime/"; done
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
  else
    mkdir -p "$(dirname "$root$2")"
    : >>"$root$2"
  fi
  mount --bind "$1" "$root$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
  shift 3
done
shift
mount -o remount,bind,ro "$root" "$root"
exec unshare --root="$root" --wd="$directory" "$loader" --library-path /dev/.runtime /dev/.runtime/setpriv \\
  --reuid="$uid" --regid="$gid" "--groups=$groups" --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig=KILL "$@"`;

/**
 * A process in a container: with a root of its own that is read-only, mounts, process IDs, a host name and a network of its
 * own, without capabilities and a way to any, and with nothing in its environment but what it is given.
 */
export class Container implements AsyncDisposable {
  readonly options: ContainerOptions;
  readonly #child: Subprocess;

  private constructor(options: ContainerOptions, child: Subprocess) {
    this.options = options;
    this.#child = child;
  }

  static async start(options: ContainerOptions): Promise<Container> {
    const { image, uid, gid, groups = [gid], directory } = options;
    const { loader } = await cLibrary();
    const mounts = [...identityOf(options), ...options.mounts];
    const log = openSync(join(directory, "container.log"), "a");
    // Whatever ends these tests, nothing of it is left: who changes the user forgets with whom it was to end, so both ends say so.
    const outlivesNobody = ["setpriv", "--pdeathsig=KILL"];
    const isolate = ["unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child=KILL", "sh", "-c", SCRIPT, "sh"];
    const { hostname, network } = options;
    const who = [image.root, String(uid), String(gid), groups.join(","), loader, hostname, image.workingDirectory];
    const mounted = mounts.flatMap(({ from, to, readOnly }) => [from, to, readOnly ? "ro" : "rw"]);
    const command = [...image.entrypoint, ...(options.args ?? image.command)];
    const child = Bun.spawn([...outlivesNobody, ...network, ...isolate, ...who, ...mounted, "--", ...command], {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: { ...image.env, ...options.env },
    });
    closeSync(log);
    const container = new Container(options, child);
    // What takes the rights away is run by name of the loader.
    await eventually(`the program runs in ${hostname}`, () => {
      if (child.exitCode !== null) return true; // Who asks for its PID is told why.
      return container.status("NoNewPrivs") === "1" && !container.#command().startsWith(loader);
    });
    return container;
  }

  /** The process's ID outside of the container. */
  get pid(): number {
    const found = Bun.spawnSync(["pgrep", "-P", String(this.#child.pid)])
      .stdout.toString()
      .trim();
    if (found === "") throw new Error(`${this.options.hostname} is not running; its log:\n${this.log()}`);
    return Number(found);
  }

  #command(): string {
    return readFileSync(`/proc/${this.pid}/cmdline`, "utf8");
  }

  /** One line of what the kernel says of the process, such as `CapEff`. */
  status(name: string): string {
    return new RegExp(`^${name}:\\t(.*)$`, "m").exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1] ?? "";
  }

  /** The path of a file in it, from outside. */
  path(path: string): string {
    return join(`/proc/${this.pid}/root`, path);
  }

  log(): string {
    return readFileSync(join(this.options.directory, "container.log"), "utf8");
  }

  /** Runs a command in it, as its user, with the image's environment. */
  exec(command: readonly string[]): Promise<Outcome> {
    const { uid, gid, image } = this.options;
    const enter = ["nsenter", `--target=${this.pid}`, "--mount", "--pid", "--net", "--uts", "--root", "--wd"];
    return run([...enter, `--setgid=${gid}`, `--setuid=${uid}`, ...command], { env: image.env });
  }

  /** Runs a command of this machine in its network, as another container of its pod would. */
  beside(command: readonly string[]): Promise<Outcome> {
    return run(["nsenter", `--target=${this.pid}`, "--net", ...command]);
  }

  /** As a pod is ended: SIGTERM; gives the exit code. */
  async stop({ withinMs = 40_000 } = {}): Promise<number> {
    process.kill(this.pid, "SIGTERM");
    return await this.exited({ withinMs });
  }

  /** Waits until it has ended by itself; gives the exit code. */
  async exited({ withinMs = 40_000 } = {}): Promise<number> {
    return await within(withinMs, `${this.options.hostname} has ended`, this.#child.exited);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

/** The files every runtime puts into /etc. */
function identityOf({ directory, hostname, resolvConf = "" }: ContainerOptions): readonly Mount[] {
  const files = {
    hosts: `127.0.0.1\tlocalhost ${hostname}\n::1\tlocalhost\n`,
    hostname: `${hostname}\n`,
    "resolv.conf": resolvConf,
  };
  return Object.entries(files).map(([name, text]) => {
    const from = join(directory, name);
    writeFileSync(from, text);
    return { from, to: `/etc/${name}`, readOnly: false };
  });
}
