import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";

const SIZE_BYTES = 64 << 20;

/** No hang outlasts this, even if the tests are killed meanwhile. */
const THAW_AFTER_SECONDS = 60;

function run(...command: readonly string[]): string | undefined {
  const { exitCode, stderr } = Bun.spawnSync([...command]);
  return exitCode === 0 ? undefined : `${command.join(" ")}: ${stderr.toString().trim()}`;
}

/**
 * A file system of its own at `directory` that can be made to hang: while it does, whoever writes to it waits, as on a
 * dead network disk. Needs root and a loop device. Gives the reason where it cannot be had.
 */
export function createHangingDisk(directory: string): HangingDisk | string {
  for (const command of ["mkfs.ext4", "mount", "umount", "fsfreeze"]) {
    if (Bun.which(command) === null) return `there is no ${command} command`;
  }
  const image = `${directory}.img`;
  writeFileSync(image, "");
  truncateSync(image, SIZE_BYTES);
  mkdirSync(directory, { recursive: true });
  const why = run("mkfs.ext4", "-q", image) ?? run("mount", "-o", "loop", image, directory);
  if (why !== undefined) {
    rmSync(image);
    return why;
  }
  return new HangingDisk(directory, image);
}

class HangingDisk implements Disposable {
  readonly #directory: string;
  readonly #image: string;

  constructor(directory: string, image: string) {
    this.#directory = directory;
    this.#image = image;
  }

  hang(): void {
    const why = run("fsfreeze", "--freeze", this.#directory);
    if (why !== undefined) throw new Error(why);
    Bun.spawn(
      ["sh", "-c", 'sleep "$1"; fsfreeze --unfreeze "$0" 2>/dev/null', this.#directory, String(THAW_AFTER_SECONDS)],
      {
        stdio: ["ignore", "ignore", "ignore"],
      },
    ).unref();
  }

  goOn(): void {
    run("fsfreeze", "--unfreeze", this.#directory);
  }

  [Symbol.dispose](): void {
    this.goOn();
    run("umount", "--lazy", this.#directory);
    rmSync(this.#image, { force: true });
  }
}
