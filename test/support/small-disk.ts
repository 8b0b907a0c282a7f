import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "./server.ts";

/**
 * The words to put before a program that give it a file system of its own of `sizeBytes`, in memory, at `directory`. It
 * lasts as long as the program. Only Linux can, and only where it lets a user make namespaces: see `whyNoSmallDisk`.
 */
export function smallDisk(directory: string, sizeBytes: number): readonly string[] {
  const script = `mount -t tmpfs -o size=${sizeBytes} tmpfs "$0" && exec "$@"`;
  return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, directory];
}

/** Why there can be no small disk here; undefined when there can. */
export function whyNoSmallDisk(): string | undefined {
  if (Bun.which("unshare") === null) return "there is no unshare command";
  const tried = Bun.spawnSync([...smallDisk("/mnt", 1 << 20), "true"]);
  return tried.exitCode === 0 ? undefined : `no namespaces with a file system: ${tried.stderr.toString().trim()}`;
}

function fillFile(server: Server): string {
  // The way into another process' mounts.
  return join(`/proc/${server.pid}/root`, server.storagePath, "filler");
}

/** Leaves no byte free on the small disk the server stores on. */
export function fillDisk(server: Server): void {
  const file = openSync(fillFile(server), "a");
  try {
    for (let block = 1 << 16; block >= 1; block = block >> 1) {
      const bytes = Buffer.alloc(block);
      for (;;) {
        try {
          if (writeSync(file, bytes) < block) break;
        } catch {
          break;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}

export function emptyDisk(server: Server): void {
  rmSync(fillFile(server));
}
