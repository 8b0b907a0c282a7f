import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPAT_VERSION } from "../../src/server/version.ts";
import { program as kubernetesProgram, whyNoPrograms } from "../support/kubernetes-programs.ts";
import { run } from "../support/run.ts";
import { readWorkflow } from "./workflow.ts";

const ROOT = join(import.meta.dir, "../..");
// Nobody's release: the first is amp1.
const VERSION = `${COMPAT_VERSION}-amp0`;
const IMAGE = "registry.example/alerts/alertmanager-plus-plus";

// Where Debian's libc6-arm64-cross has what an arm64 program is linked with.
const ARM64_ROOT = "/usr/aarch64-linux-gnu";
const emulator = Bun.which("qemu-aarch64-static") ?? Bun.which("qemu-aarch64") ?? undefined;
const isEmulated = emulator !== undefined && existsSync(join(ARM64_ROOT, "lib/ld-linux-aarch64.so.1"));
if (!isEmulated) console.log("release: the arm64 program is not run, no qemu-aarch64 or no libc6-arm64-cross");

/** Why there can be no release here; undefined when there can. The compiler fetches what it puts programs of other machines together with. */
async function whyNoRelease(): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-target-"));
  try {
    writeFileSync(join(directory, "a.ts"), "");
    const outfile = `--outfile=${join(directory, "a")}`;
    const { code, stderr } = await run(
      [process.execPath, "build", "--compile", "--target=bun-linux-arm64", outfile, join(directory, "a.ts")],
      { cwd: directory },
    );
    return code === 0 ? undefined : `nothing can be compiled for arm64: ${stderr.trim()}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const why = await whyNoRelease();
if (why !== undefined) console.log(`release: not run, ${why}`);

describe.skipIf(why !== undefined)("a release", () => {
  let directory = "";
  let release = "";
  const hasChart = whyNoPrograms("helm") === undefined;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "alertmanager-test-release-"));
    release = join(ROOT, "dist/release", VERSION);
    const HELM = hasChart ? await kubernetesProgram("helm", directory) : "";
    const child = Bun.spawn([join(ROOT, "scripts/release"), `v${VERSION}`], {
      env: { ...process.env, HELM, IMAGE },
      stdout: "ignore",
      stderr: Bun.file(join(directory, "log")),
    });
    if ((await child.exited) !== 0) throw new Error(readFileSync(join(directory, "log"), "utf8"));
  }, 400_000);

  afterAll(() => {
    for (const path of [directory, release]) if (path !== "") rmSync(path, { recursive: true, force: true });
  }, 120_000);

  const archiveOf = (machine: string) => `alertmanager-plus-plus-${VERSION}.linux-${machine}`;
  const files = () => [
    "SHA256SUMS",
    `alertmanager-plus-plus-${VERSION}.cdx.json`,
    `${archiveOf("amd64")}.tar.gz`,
    `${archiveOf("arm64")}.tar.gz`,
    ...(hasChart ? [`alertmanager-plus-plus-${VERSION}.tgz`] : []),
    "install.sh",
  ];

  test("has an archive for each machine, an SBOM, the chart, and the sums of all", async () => {
    expect(readdirSync(release).sort()).toEqual(files());
    expect(await run(["sha256sum", "--check", "--strict", "SHA256SUMS"], { cwd: release })).toMatchObject({ code: 0 });
    const sums = readFileSync(join(release, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(sums.map((line) => line.slice(66))).toEqual(files().filter((name) => name !== "SHA256SUMS"));
    const sbom = JSON.parse(readFileSync(join(release, `alertmanager-plus-plus-${VERSION}.cdx.json`), "utf8")) as {
      readonly metadata: { readonly component: { readonly version: string } };
    };
    expect(sbom.metadata.component.version).toBe(VERSION);
  });

  // e_machine of the ELF header.
  test.each([
    ["amd64", 62],
    ["arm64", 183],
  ] as const)("its program for %s is for such a machine", async (machine, elfMachine) => {
    await run(["tar", "-xzf", join(release, `${archiveOf(machine)}.tar.gz`), "-C", directory]);
    const inside = join(directory, archiveOf(machine));
    const head = Buffer.from(await Bun.file(join(inside, "alertmanager")).slice(0, 20).arrayBuffer());
    expect(head.subarray(0, 4).toString("latin1")).toBe("\x7fELF");
    expect(head.readUInt16LE(18)).toBe(elfMachine);
    expect(readdirSync(inside).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "alertmanager",
      "alertmanager.yml",
      "amtool",
      "install.md",
      "install.sh",
      "systemd",
    ]);
  });

  test.skipIf(!isEmulated)(
    "its program for arm64 runs and reads a configuration, by both names",
    async () => {
      const inside = join(directory, archiveOf("arm64"));
      const emulated = (name: string, ...args: readonly string[]) =>
        run([emulator as string, "-0", name, "-L", ARM64_ROOT, join(inside, name), ...args]);
      const version = await emulated("alertmanager", "--version");
      expect(version).toMatchObject({ code: 0, stderr: "" });
      expect(version.stdout).toContain(`alertmanager, version ${COMPAT_VERSION}`);
      expect(version.stdout).toContain("linux/arm64");
      const checked = await emulated("amtool", "check-config", join(inside, "alertmanager.yml"));
      expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining("SUCCESS") });
    },
    120_000,
  );

  test("is installed by the script that comes with it, and its program runs", async () => {
    const machine = join(directory, "machine");
    const env = { PATH: process.env["PATH"] ?? "", DESTDIR: machine };
    expect(await run(["sh", join(release, "install.sh"), `--from=${release}`], { env })).toMatchObject({ code: 0 });
    const amtool = await run([join(machine, "usr/local/bin/amtool"), "--version"]);
    expect(amtool).toMatchObject({ code: 0, stdout: expect.stringContaining(`amtool, version ${COMPAT_VERSION}`) });
  });

  test.skipIf(!hasChart)("has a chart of its version that takes the image from where it is", async () => {
    const chart = join(release, `alertmanager-plus-plus-${VERSION}.tgz`);
    const of = async (file: string) => (await run(["tar", "-xzOf", chart, `alertmanager-plus-plus/${file}`])).stdout;
    expect(await of("Chart.yaml")).toContain(`\nversion: ${VERSION}\n`);
    expect(await of("Chart.yaml")).toContain(`appVersion: v${VERSION}\n`);
    expect(await of("values.yaml")).toContain(`\n  repository: ${IMAGE}\n`);
    const helm = await kubernetesProgram("helm", directory);
    expect((await run([helm, "template", "rel", chart])).stdout).toContain(`image: ${IMAGE}:v${VERSION}\n`);
  });

  test("has nothing in its archives of when they were packed", async () => {
    const committed = (await run(["git", "log", "-1", "--format=%ct"], { cwd: ROOT })).stdout.trim();
    for (const file of readdirSync(release).filter((name) => name.endsWith("gz"))) {
      const packed = await run(["sh", "-c", 'TZ=UTC tar --full-time -tvzf "$0"', join(release, file)]);
      const times = packed.stdout
        .trim()
        .split("\n")
        .map((line) => /\d{4}-\d\d-\d\d [\d:]+/.exec(line)?.[0]);
      const at = new Date(Number(committed) * 1000).toISOString().slice(0, 19).replace("T", " ");
      expect({ file, times: [...new Set(times)] }).toEqual({ file, times: [at] });
      // Of gzip's header: the time.
      expect([...readFileSync(join(release, file)).subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    }
  });

  test("is where the workflow looks for it", async () => {
    const { steps } = readWorkflow("release.yml").jobs["release"] ?? { steps: [] };
    const output = join(directory, "output");
    const env = {
      PATH: process.env["PATH"] ?? "",
      GITHUB_REPOSITORY: "Some/Alerts",
      GITHUB_REF_NAME: `v${VERSION}`,
      GITHUB_OUTPUT: output,
    };
    const places = steps.find(({ id }) => id === "places")?.run ?? "";
    expect(await run(["bash", "-e", "-c", places], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(output, "utf8")).toBe(
      `image=ghcr.io/some/alerts\ncharts=oci://ghcr.io/some/charts\nfiles=dist/release/${VERSION}\n`,
    );
    const pushed = steps.find(({ name }) => name === "The chart")?.run ?? "";
    expect(pushed).toContain('"$FILES/alertmanager-plus-plus-${GITHUB_REF_NAME#v}.tgz"');
  });
});
