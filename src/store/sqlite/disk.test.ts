/**
 * What happens on real disks that are full or hang. Both need a file system of the test's own, so they run only where
 * the machine lets us mount one: a small tmpfs to fill, and an ext4 in a file to freeze (`fsfreeze` suspends writes in the
 * kernel, as a disk that has stopped answering does).
 */
import { afterEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertOf, failureOf } from "../fixtures.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { createSqliteStorage } from "./index.ts";

const MIB = 1024 * 1024;
const cleanUps: (() => Promise<void>)[] = [];

function run(...command: string[]): boolean {
  return Bun.which(command[0] as string) !== null && Bun.spawnSync(command).success;
}

/** Mounts a file system of its own for a test, undefined where that cannot be done. */
async function mountOwn(kind: "tmpfs" | "ext4"): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const directory = await mkdtemp(join(tmpdir(), "disk-"));
  cleanUps.push(() => rm(directory, { recursive: true }));
  const point = join(directory, "mnt");
  await mkdir(point);
  const image = join(directory, "image");
  await writeFile(image, "");
  await truncate(image, 16 * MIB);
  const can =
    kind === "tmpfs"
      ? run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", point)
      : run("mkfs.ext4", "-q", image) && run("mount", "-o", "loop", image, point);
  if (!can) return undefined;
  cleanUps.push(async () => {
    run("umount", "--lazy", point);
  });
  return point;
}

async function cleanUp(): Promise<void> {
  for (const step of cleanUps.splice(0).reverse()) await step();
}

afterEach(cleanUp);

const canFill = (await mountOwn("tmpfs")) !== undefined;
const canFreeze = Bun.which("fsfreeze") !== null && (await mountOwn("ext4")) !== undefined;
await cleanUp();

test.skipIf(!canFill)(
  "a full disk refuses commits, keeps what it has, and takes them again when there is room",
  async () => {
    const directory = (await mountOwn("tmpfs")) as string;
    const storage = await createSqliteStorage({ directory });
    const batch = (n: number) => ({
      alerts: Array.from({ length: 100 }, (_, i) =>
        alertOf({ alertname: `A${n}-${i}` }, { generatorURL: "u".repeat(500) }),
      ),
    });
    await storage.commit(batch(0));
    const { bavail, bsize } = await statfs(directory);
    const ballast = join(directory, "ballast");
    await writeFile(ballast, new Uint8Array((bavail - 20) * bsize));

    let stored = 1;
    let refused = await failureOf(storage.commit(batch(stored)));
    while (refused === undefined) refused = await failureOf(storage.commit(batch(++stored)));
    const path = join(directory, "alertmanager.db");
    expect(refused).toMatchObject({ code: "full", message: `${path}: no room left on the disk` });
    expect(storage.health()).toMatchObject({ state: "degraded", reason: `${path}: no room left on the disk` });
    expect(await failureOf(storage.commit(batch(stored)))).toMatchObject({ code: "full" });

    await truncate(ballast, 0);
    await storage.commit(batch(stored++));
    expect(storage.health().state).toBe("ok");
    await storage.close();

    const again = await createSqliteStorage({ directory });
    expect((await again.load()).alerts).toHaveLength(stored * 100);
    await again.close();
  },
);

test.skipIf(!canFreeze)(
  "a disk that hangs blocks neither this thread nor later commits, and is used again when it answers",
  async () => {
    const directory = (await mountOwn("ext4")) as string;
    const storage = await createSqliteStorage({ directory, patience: 1_000 });
    await storage.commit({ alerts: [alertOf({ alertname: "before" })] });

    // Whatever becomes of this process, the file system does not stay frozen.
    const thaw = Bun.spawn(["sh", "-c", `sleep 20; fsfreeze --unfreeze ${directory}`]);
    expect(run("fsfreeze", "--freeze", directory)).toBe(true);
    const started = performance.now();
    const commits = ["a", "b"].map((alertname) => storage.commit({ alerts: [alertOf({ alertname })] }));
    const outcomes = await Promise.allSettled(commits);
    const waited = performance.now() - started;
    const degraded = storage.health();
    const late = failureOf(storage.commit({ alerts: [alertOf({ alertname: "after" })] }));
    run("fsfreeze", "--unfreeze", directory);
    thaw.kill();

    expect(outcomes.map((o) => o.status === "rejected" && o.reason.code)).toEqual(["timeout", "timeout"]);
    expect(waited).toBeLessThan(10_000);
    expect(degraded.state).toBe("degraded");
    expect(await late).toBeUndefined();
    expect(storage.health()).toMatchObject({ state: "ok", queued: 0 });
    const names = (await storage.load()).alerts.map((alert) => alert.labels.get("alertname"));
    expect(names).toContain("before");
    expect(names).toContain("after");
    await storage.close();
  },
);

test.skipIf(!canFill)("a file system that is read-only is an error that names the file", async () => {
  const directory = (await mountOwn("tmpfs")) as string;
  await (await createSqliteStorage({ directory })).close();
  run("mount", "-o", "remount,ro", directory);

  const error = await failureOf(createSqliteStorage({ directory }));

  expect(error).toBeInstanceOf(StorageError);
  expect(String(error)).toContain(`${join(directory, "alertmanager.db")} cannot be written`);
});
