import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "../support/api.ts";
import { eventually } from "../support/wait.ts";
import { Container, whyNoContainers } from "./image-container.ts";
import { assembleImage, whyNoImage, type Image, type Variant } from "./image-root.ts";
import { Node } from "./operator-node.ts";

setDefaultTimeout(60_000);

for (const variant of ["distroless", "busybox"] as const) {
  const why = whyNoImage(variant) ?? whyNoContainers();
  if (why !== undefined) console.log(`image: ${variant} not run, ${why}`);
  describe.skipIf(why !== undefined)(variant, () => cases(variant));
}

function cases(variant: Variant): void {
  let image: Image;
  let node: Node;
  beforeAll(async () => {
    image = await assembleImage(variant);
    node = await Node.start([["alertmanager"]], 1);
  });
  afterAll(async () => {
    await node?.[Symbol.asyncDispose]();
    await image?.[Symbol.asyncDispose]();
  });

  test("it is laid out as upstream's", () => {
    expect(image.entrypoint).toEqual(["/bin/alertmanager"]);
    expect(image.command).toEqual(["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"]);
    expect([image.user, image.workingDirectory, image.volumes]).toEqual([
      "65534:65534",
      "/alertmanager",
      ["/alertmanager"],
    ]);
    for (const path of ["bin/alertmanager", "bin/amtool", "etc/alertmanager/alertmanager.yml", "licenses/LICENSE"]) {
      expect(existsSync(join(image.root, path))).toBeTrue();
    }
    expect(existsSync(join(image.root, "bin/sh"))).toBe(variant === "busybox");
    const { uid, gid, mode } = statSync(join(image.root, "alertmanager"));
    expect([uid, gid, mode & 0o7777]).toEqual([65_534, 0, 0o775]);
  });

  // As an empty volume is made for VOLUME: with the owner and mode the directory has in the image.
  const own = (path: string) => {
    const { uid, gid, mode } = statSync(join(image.root, "alertmanager"));
    chownSync(path, uid, gid);
    chmodSync(path, mode);
  };
  const given = (gid: number) => (path: string) => {
    chownSync(path, 0, gid);
    chmodSync(path, 0o2775);
  };
  const users: readonly [name: string, uid: number, gid: number, own: (path: string) => void][] = [
    ["its own user", 65_534, 65_534, own],
    ["some user of the group 0", 1_000_660_000, 0, own],
    ["uid 1000 on a volume of its group", 1000, 2000, given(2000)],
  ];

  test.each(users)(
    "run as %s on a read-only root without a home, it serves and stores",
    async (_, uid, gid, prepare) => {
      const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-volume-"));
      try {
        const volume = join(directory, "volume");
        mkdirSync(volume);
        prepare(volume);
        await using container = await Container.start({
          image,
          hostname: "alertmanager",
          uid,
          gid,
          mounts: [{ from: volume, to: "/alertmanager", readOnly: false }],
          directory,
          network: node.networkOf(0),
        });
        const target = { url: node.urlOf(0) };
        await eventually("it is ready", async () => (await request(target, "GET", "/-/ready")).status === 200);
        expect((await container.exec(image.healthcheck)).code).toBe(0);

        expect(container.status("Uid")).toBe([uid, uid, uid, uid].join("\t"));
        expect(container.status("Gid")).toBe([gid, gid, gid, gid].join("\t"));
        for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
          expect(container.status(set)).toBe("0000000000000000");
        }
        expect(container.status("NoNewPrivs")).toBe("1");
        const environment = readFileSync(`/proc/${container.pid}/environ`, "utf8");
        expect(environment.split("\0").map((line) => line.split("=")[0])).not.toContain("HOME");
        expect(() => mkdirSync(container.path("/probe"))).toThrow("EROFS");

        const amtool = (...args: readonly string[]) =>
          container.exec(["/bin/amtool", "--alertmanager.url=http://localhost:9093", ...args]);
        expect(await amtool("alert", "add", "alertname=Test")).toMatchObject({ code: 0, stderr: "" });
        expect((await amtool("alert", "query", "-o", "simple")).stdout).toContain("Test");
        const check = ["/bin/amtool", "check-config", "/etc/alertmanager/alertmanager.yml"];
        expect((await container.exec(check)).code).toBe(0);
        const shell = await container.exec(["/bin/sh", "-c", "wget -q -O - http://localhost:9093/-/healthy"]);
        expect(shell).toMatchObject(variant === "busybox" ? { code: 0, stdout: "OK" } : { code: 127 });

        expect(statSync(join(volume, "alertmanager.db")).uid).toBe(uid);
        expect(await container.stop()).toBe(0);
        expect(container.log()).not.toMatch(/level=(WARN|ERROR)/);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
}
