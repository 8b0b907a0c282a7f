import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Outcome } from "../support/run.ts";

const PACKAGING = join(import.meta.dir, "../../packaging");
const machine = process.arch === "arm64" ? "linux-arm64" : "linux-amd64";

// A stand-in for the program: small, and refusing a configuration that has the word "refused".
const programOf = (version: string, exit = 0) => `#!/bin/sh
case "$1" in
  --version) echo "alertmanager, version ${version}"; exit ${exit} ;;
  check-config) if grep -q refused "$2"; then echo "FAILED: $2" >&2; exit 1; fi ;;
esac
`;

let directory = "";
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "alertmanager-test-install-"));
  for (const version of ["0.34.0-amp1", "0.34.0-amp2"]) await release(version, programOf(version));
  await release("0.34.0-amp3", programOf("0.34.0-amp3", 1));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Makes the directory of a release, laid out as scripts/release does. */
async function release(version: string, program: string): Promise<void> {
  const place = join(directory, version);
  const name = `alertmanager-plus-plus-${version}.${machine}`;
  const inside = join(place, name);
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, "alertmanager"), program, { mode: 0o755 });
  symlinkSync("alertmanager", join(inside, "amtool"));
  copyFileSync(join(PACKAGING, "alertmanager.yml"), join(inside, "alertmanager.yml"));
  cpSync(join(PACKAGING, "systemd"), join(inside, "systemd"), { recursive: true });
  await run(["tar", "-czf", join(place, `${name}.tar.gz`), "-C", place, name]);
  rmSync(inside, { recursive: true });
  const { stdout } = await run(["sha256sum", `${name}.tar.gz`], { cwd: place });
  // The other machine's archive is named as well, and not there.
  const other = machine === "linux-amd64" ? "linux-arm64" : "linux-amd64";
  writeFileSync(
    join(place, "SHA256SUMS"),
    `${stdout}${"0".repeat(64)}  alertmanager-plus-plus-${version}.${other}.tar.gz\n`,
  );
}

let machines = 0;
/** A machine to install on: below a directory. */
function emptyMachine() {
  const root = join(directory, `machine-${machines++}`);
  mkdirSync(root);
  const install = (...args: readonly string[]): Promise<Outcome> =>
    run(["sh", join(PACKAGING, "install.sh"), ...args], { env: { PATH: process.env["PATH"] ?? "", DESTDIR: root } });
  const version = async () => (await run([join(root, "usr/local/bin/alertmanager"), "--version"])).stdout.trim();
  return { root, install, version };
}

const from = (version: string) => `--from=${join(directory, version)}`;

test("a first installation brings programs, units and a configuration to begin with", async () => {
  const { root, install, version } = emptyMachine();
  expect(await install(from("0.34.0-amp1"))).toMatchObject({ code: 0 });
  expect(await version()).toBe("alertmanager, version 0.34.0-amp1");
  expect(readlinkSync(join(root, "usr/local/bin/amtool"))).toBe("../lib/alertmanager-plus-plus/current/amtool");
  for (const path of [
    "systemd/system/alertmanager.service",
    "systemd/system/alertmanager.socket",
    "alertmanager/alertmanager.yml",
  ]) {
    expect(existsSync(join(root, "etc", path))).toBeTrue();
  }
  expect(lstatSync(join(root, "etc/default/alertmanager")).mode & 0o777).toBe(0o600);
});

test("an upgrade keeps the version before and what was configured, and can be taken back", async () => {
  const { root, install, version } = emptyMachine();
  await install(from("0.34.0-amp1"));
  writeFileSync(join(root, "etc/alertmanager/alertmanager.yml"), "route: {}\n");
  writeFileSync(join(root, "etc/default/alertmanager"), "ARGS=\n");

  expect(await install(from("0.34.0-amp2"))).toMatchObject({ code: 0 });
  expect(await version()).toBe("alertmanager, version 0.34.0-amp2");
  expect(readFileSync(join(root, "etc/alertmanager/alertmanager.yml"), "utf8")).toBe("route: {}\n");
  expect(readFileSync(join(root, "etc/default/alertmanager"), "utf8")).toBe("ARGS=\n");

  expect(await install("--rollback")).toMatchObject({ code: 0 });
  expect(await version()).toBe("alertmanager, version 0.34.0-amp1");
  expect(await install("--rollback")).toMatchObject({ code: 0 });
  expect(await version()).toBe("alertmanager, version 0.34.0-amp2");
});

test("Alertmanager's own programs are put aside", async () => {
  const { root, install, version } = emptyMachine();
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  writeFileSync(join(root, "usr/local/bin/alertmanager"), programOf("upstream"), { mode: 0o755 });
  await install(from("0.34.0-amp1"));
  expect(await version()).toBe("alertmanager, version 0.34.0-amp1");
  expect((await run([join(root, "usr/local/bin/alertmanager.upstream"), "--version"])).stdout).toContain("upstream");
});

test("its own programs are put aside where they are links, too, and not ours when they are replaced", async () => {
  const { root, install, version } = emptyMachine();
  const bin = join(root, "usr/local/bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync("/opt/alertmanager/alertmanager", join(bin, "alertmanager"));
  for (const release of ["0.34.0-amp1", "0.34.0-amp2"]) await install(from(release));
  expect(await version()).toBe("alertmanager, version 0.34.0-amp2");
  expect(readlinkSync(join(bin, "alertmanager.upstream"))).toBe("/opt/alertmanager/alertmanager");
  expect(existsSync(join(bin, "amtool.upstream"))).toBeFalse();
});

test("taken away, it leaves what was configured, and Alertmanager's own programs are back", async () => {
  const { root, install, version } = emptyMachine();
  const bin = join(root, "usr/local/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "alertmanager"), programOf("upstream"), { mode: 0o755 });
  await install(from("0.34.0-amp1"));
  await install(from("0.34.0-amp2"));
  writeFileSync(join(root, "etc/alertmanager/alertmanager.yml"), "route: {}\n");

  expect(await install("--uninstall")).toMatchObject({ code: 0, stderr: expect.stringContaining("Still there: ") });
  expect(await version()).toBe("alertmanager, version upstream");
  expect(readdirSync(bin)).toEqual(["alertmanager"]);
  expect(readdirSync(join(root, "usr/local/lib"))).toEqual([]);
  expect(readdirSync(join(root, "etc/systemd/system"))).toEqual([]);
  expect(readFileSync(join(root, "etc/alertmanager/alertmanager.yml"), "utf8")).toBe("route: {}\n");
  expect(existsSync(join(root, "etc/default/alertmanager"))).toBeTrue();
  expect(await install("--uninstall")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("nothing is installed in"),
  });
});

/** A PATH in which a program says this instead of what it would. */
function pathWith(name: string, says: string): string {
  const bin = join(directory, `fake-${name}`);
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/bin/sh\n${says}\n`, { mode: 0o755 });
  return `${bin}:${process.env["PATH"]}`;
}

test("who is not root is told so before anything is fetched", async () => {
  const env = { PATH: pathWith("id", "echo 1000"), PREFIX: join(directory, "of-somebody") };
  for (const words of [[from("0.34.0-amp1")], ["--rollback"], ["--uninstall"]]) {
    const refused = await run(["sh", join(PACKAGING, "install.sh"), ...words], { env });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^install\.sh: only root may write to /) });
  }
  expect(existsSync(env.PREFIX)).toBeFalse();
});

test("a machine there is no program for is told so", async () => {
  const { root } = emptyMachine();
  const uname = 'if [ "$1" = -s ]; then echo Linux; else echo riscv64; fi';
  const env = { PATH: pathWith("uname", uname), DESTDIR: root };
  const refused = await run(["sh", join(PACKAGING, "install.sh"), from("0.34.0-amp1")], { env });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("there is no program for Linux on riscv64: expected Linux on x86_64 or aarch64");
  expect(readdirSync(root)).toEqual([]);
});

test("sums that name binary files, as other systems write them, are taken", async () => {
  const place = join(directory, "binary");
  cpSync(join(directory, "0.34.0-amp1"), place, { recursive: true });
  const sums = readFileSync(join(place, "SHA256SUMS"), "utf8");
  writeFileSync(join(place, "SHA256SUMS"), sums.replaceAll("  ", " *"));
  const { install, version } = emptyMachine();
  expect(await install(`--from=${place}`)).toMatchObject({ code: 0 });
  expect(await version()).toBe("alertmanager, version 0.34.0-amp1");
});

const inItsOwn = ["unshare", "--mount", "--propagation=private"];
const whyNoMachine =
  process.getuid?.() === 0 &&
  Bun.which("unshare") !== null &&
  Bun.spawnSync([...inItsOwn, "mount", "-t", "tmpfs", "none", "/usr/local"]).exitCode === 0
    ? undefined
    : "only root may mount";
if (whyNoMachine !== undefined) console.log(`install: not run as root with systemd, ${whyNoMachine}`);

test.skipIf(whyNoMachine !== undefined)(
  "run by root where there is systemd, it tells systemd what it has to know",
  async () => {
    // This machine, with an /etc, a /usr/local and a /run of its own, and somebody who writes down what systemd is told.
    const work = join(directory, "with-systemd");
    const bin = join(work, "bin");
    mkdirSync(bin, { recursive: true });
    for (const name of ["systemctl", "systemd-sysusers"]) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} "$@" >>"${work}/told"\n`, { mode: 0o755 });
    }
    const install = (...words: readonly string[]) => `sh "${join(PACKAGING, "install.sh")}" ${words.join(" ")}`;
    const state = (name: string) => `{ ls /usr/local/bin /etc/systemd/system || true; } >"${work}/${name}" 2>&1`;
    const script = [
      "set -e",
      `mkdir "${work}/etc" && cp /etc/passwd /etc/group "${work}/etc/" && mount --bind "${work}/etc" /etc`,
      "mount -t tmpfs none /usr/local && mkdir -p /usr/local/bin",
      "mount -t tmpfs none /run && mkdir -p /run/systemd/system",
      install(from("0.34.0-amp1")),
      install(from("0.34.0-amp2")),
      install("--rollback"),
      `/usr/local/bin/alertmanager --version >"${work}/version"`,
      state("installed"),
      install("--uninstall"),
      state("gone"),
      `cp /etc/alertmanager/alertmanager.yml "${work}/kept"`,
    ].join("\n");
    const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` };
    expect(await run([...inItsOwn, "sh", "-c", script], { env })).toMatchObject({ code: 0 });
    const read = (name: string) => readFileSync(join(work, name), "utf8");
    expect(read("version")).toContain("0.34.0-amp1");
    for (const name of ["alertmanager", "amtool", "alertmanager.service", "alertmanager.socket"]) {
      expect(read("installed").split("\n")).toContain(name);
      expect(read("gone").split("\n")).not.toContain(name);
    }
    expect(read("kept")).toBe(readFileSync(join(PACKAGING, "alertmanager.yml"), "utf8"));
    const installed = [
      "systemd-sysusers /etc/sysusers.d/alertmanager.conf",
      "systemctl daemon-reload",
      "systemctl try-restart alertmanager.service",
    ];
    expect(read("told").trim().split("\n")).toEqual([
      ...installed,
      ...installed,
      ...installed.slice(1),
      "systemctl disable --now alertmanager.service alertmanager.socket",
      "systemctl daemon-reload",
    ]);
  },
);

test("another prefix is in the unit too", async () => {
  const { root } = emptyMachine();
  const env = { PATH: process.env["PATH"] ?? "", DESTDIR: root, PREFIX: "/opt/am" };
  const { code } = await run(["sh", join(PACKAGING, "install.sh"), from("0.34.0-amp1")], { env });
  expect(code).toBe(0);
  const unit = readFileSync(join(root, "etc/systemd/system/alertmanager.service"), "utf8");
  expect(unit).toContain("ExecStart=/opt/am/bin/alertmanager ");
  expect(unit).not.toContain("/usr/local");
});

/** What is refused, and what is said of it; `spoil` makes it so. */
const refusals: readonly [name: string, args: readonly string[], said: string, spoil: (root: string) => void][] = [
  [
    "an archive that is not what SHA256SUMS says",
    ["--from", "spoilt"],
    "is not what SHA256SUMS says: nothing has been changed",
    () => {
      cpSync(join(directory, "0.34.0-amp2"), join(directory, "spoilt"), { recursive: true });
      writeFileSync(join(directory, "spoilt", `alertmanager-plus-plus-0.34.0-amp2.${machine}.tar.gz`), "x");
    },
  ],
  [
    "a program that does not run",
    ["--from", "0.34.0-amp3"],
    "0.34.0-amp3 does not run here: nothing has been changed",
    () => undefined,
  ],
  [
    "a version that does not accept the configuration",
    ["--from", "0.34.0-amp2"],
    "alertmanager.yml: nothing has been changed",
    (root) => writeFileSync(join(root, "etc/alertmanager/alertmanager.yml"), "refused\n"),
  ],
  [
    "a version that is not there",
    ["--from", "0.34.0-amp2", "v0.34.0-amp9"],
    "names no archive of 0.34.0-amp9",
    () => undefined,
  ],
  ["a place without sums", ["--from", "nowhere"], "cannot read SHA256SUMS of", () => undefined],
];

test.each(refusals)("%s changes nothing", async (_, args, said, spoil) => {
  const { root, install, version } = emptyMachine();
  await install(from("0.34.0-amp1"));
  spoil(root);
  const [flag = "", place = "", ...rest] = args;
  const refused = await install(flag, join(directory, place), ...rest);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(said);
  expect(await version()).toBe("alertmanager, version 0.34.0-amp1");
  expect(existsSync(join(root, "usr/local/lib/alertmanager-plus-plus/.new"))).toBeFalse();
});

test("an address that is not encrypted is refused, and no way back where there is none", async () => {
  const { install } = emptyMachine();
  expect(await install("--from=http://releases.example")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("expected a directory or an https:// address"),
  });
  expect(await install("--rollback")).toMatchObject({ code: 1, stderr: expect.stringContaining("no version before") });
  for (const words of [[], ["--rollback", "--uninstall"], ["--sideways"]]) {
    expect((await install(...words)).stderr).toContain("usage: install.sh");
  }
});

test("what is fetched comes from the address, with its certificate checked", async () => {
  const bin = join(directory, "bin");
  mkdirSync(bin);
  // In place of curl: it says what it was asked for, and gives it.
  writeFileSync(
    join(bin, "curl"),
    `#!/bin/sh\necho "$@" >>"${bin}/asked"\nfor url; do :; done\ncat "${directory}/$(echo "$url" | sed 's|https://releases.example/||')"\n`,
  );
  chmodSync(join(bin, "curl"), 0o755);
  const { root } = emptyMachine();
  const env = { PATH: `${bin}:${process.env["PATH"]}`, DESTDIR: root };
  const words = ["sh", join(PACKAGING, "install.sh"), "--from", "https://releases.example/0.34.0-amp2", "v0.34.0-amp2"];
  expect(await run(words, { env })).toMatchObject({ code: 0 });
  const asked = readFileSync(join(bin, "asked"), "utf8").trim().split("\n");
  expect(asked).toHaveLength(2);
  for (const line of asked) expect(line).toMatch(/--fail .*--proto =https --tlsv1.2 https:/);
});
