import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { removedWithUs } from "../support/janitor.ts";
import { run } from "../support/run.ts";
import { program } from "../support/server.ts";
import { instructionsOf, PROJECT, readDockerfile } from "./image-dockerfile.ts";

/** An image of ours: the directory a container of it has as its root, and how it is run. */
export interface Image extends AsyncDisposable {
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly user: string;
  readonly workingDirectory: string;
  readonly volumes: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Variant = "distroless" | "busybox";

/** Why the variant cannot be put together here; undefined where it can. */
export function whyNoImage(variant: Variant): string | undefined {
  if (process.platform !== "linux") return "only Linux has containers";
  if (process.getuid?.() !== 0) return "only root can give files to others";
  return variant === "busybox" && Bun.which("busybox") === null ? "there is no busybox command" : undefined;
}

/** Makes the directory by the Dockerfile's own instructions, out of this machine's C library in place of the base image's. */
export async function assembleImage(variant: Variant): Promise<Image> {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-image-"));
  await removedWithUs(directory);
  const root = join(directory, "root");
  await layBase(root);
  const stages: Record<string, string> = {
    build: join(directory, "build"),
    shell: join(directory, "shell"),
    "busybox-program": join(directory, "busybox-program"),
  };
  const made = await run([join(PROJECT, "packaging/image/assemble"), program, join(directory, "build/image")]);
  if (made.code !== 0) throw new Error(`packaging/image/assemble: ${made.stderr}`);
  if (variant === "busybox") await layBusybox(join(directory, "busybox-program"), join(directory, "shell/links"));

  const said = instructionsOf(readDockerfile(), variant);
  for (const { rest } of said.filter(({ word }) => word === "COPY")) copy(rest, stages, root);
  const last = (word: string) => said.findLast((instruction) => instruction.word === word)?.rest ?? "";
  const list = (word: string): readonly string[] => JSON.parse(last(word)) as readonly string[];
  return {
    root,
    entrypoint: list("ENTRYPOINT"),
    command: list("CMD"),
    healthcheck: JSON.parse(last("HEALTHCHECK").replace(/^.* CMD /, "")) as readonly string[],
    user: last("USER"),
    workingDirectory: last("WORKDIR"),
    volumes: list("VOLUME"),
    // What the base has.
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
    },
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** An image of somebody else's program, which needs no library. */
export async function assembleProgram(file: string, to: string): Promise<Image> {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-image-"));
  await removedWithUs(directory);
  const root = join(directory, "root");
  await layBase(root);
  copyFileSync(file, join(root, to));
  chmodSync(join(root, to), 0o755);
  return {
    root,
    entrypoint: [to],
    command: [],
    healthcheck: [],
    user: "65534",
    workingDirectory: "/",
    volumes: [],
    env: { PATH: "/bin" },
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the base image has, as far as it matters: a C library, users, and directories as they are laid out since Debian 12. */
async function layBase(root: string): Promise<void> {
  for (const path of ["usr/bin", "usr/lib", "usr/lib64", "etc/ssl/certs", "dev", "proc", "sys", "tmp"]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  for (const name of ["bin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(root, name));
  chmodSync(join(root, "tmp"), 0o1777);
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n",
  );
  writeFileSync(join(root, "etc/group"), "root:x:0:\nnobody:x:65534:\n");
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(certificates)) copyFileSync(certificates, join(root, certificates));

  for (const path of (await cLibrary()).files) {
    const target = join(root, path.startsWith("/usr/") ? path : `/usr${path}`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
    chmodSync(target, 0o755);
  }
}

/** The parts of this machine's C library that the program, and the looking up of names, need; and its loader. */
export async function cLibrary(): Promise<{ readonly files: readonly string[]; readonly loader: string }> {
  const { stdout } = await run(["ldd", program]);
  const needed = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  const libc = needed.find((path) => basename(path) === "libc.so.6");
  const loader = needed.find((path) => basename(path).startsWith("ld-"));
  if (libc === undefined || loader === undefined) throw new Error(`no C library for ${program}: ${stdout}`);
  const beside = ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"].map((name) => join(dirname(libc), name));
  return { files: [...needed, ...beside.filter(existsSync)], loader };
}

/** What the two stages about the shell do. */
async function layBusybox(busyboxProgram: string, links: string): Promise<void> {
  const busybox = Bun.which("busybox") ?? "";
  mkdirSync(join(busyboxProgram, "bin"), { recursive: true });
  mkdirSync(links, { recursive: true });
  copyFileSync(busybox, join(busyboxProgram, "bin/busybox"));
  for (const name of (await run([busybox, "--list"])).stdout.split("\n")) {
    if (name !== "" && name !== "busybox") symlinkSync("busybox", join(links, name));
  }
}

/** One COPY: `--from=STAGE [--chown=USER:GROUP] FROM TO`. A directory is copied without itself, what is above `TO` made. */
function copy(rest: string, stages: Readonly<Record<string, string>>, root: string): void {
  const [, stage = "", uid = "0", gid = "0", from = "", to = ""] =
    /^--from=(\S+)(?: --chown=(\d+):(\d+))? (\S+) (\S+)$/.exec(rest) ?? [];
  const source = join(stages[stage] ?? "", from);
  if (stages[stage] === undefined || !existsSync(source)) throw new Error(`COPY ${rest}: nothing to copy`);
  const target = join(root, to);
  const entries = statSync(source).isDirectory() ? readdirSync(source) : [""];
  for (const name of entries) copyEntry(join(source, name), join(target, name), Number(uid), Number(gid));
}

function copyEntry(source: string, target: string, uid: number, gid: number): void {
  const stat = lstatSync(source);
  if (stat.isSymbolicLink()) {
    rmSync(target, { force: true });
    symlinkSync(readlinkSync(source), target);
    return;
  }
  if (stat.isDirectory()) {
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync(source)) copyEntry(join(source, name), join(target, name), uid, gid);
  } else {
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
  chownSync(target, uid, gid);
  chmodSync(target, stat.mode);
}
