import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mount } from "./image-container.ts";
import type { OperatorSet, PodContainer, PodVolume } from "./operator-pods.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The volumes of one pod, as a kubelet lays them out. */
export class PodVolumes {
  readonly #directory: string;
  readonly #set: OperatorSet;
  #versions = 0;

  /**
   * @param directory where they live; removed by whoever made it
   * @param contents what is in the Secrets and ConfigMaps, by their names
   */
  constructor(directory: string, set: OperatorSet, contents: Readonly<Record<string, Files>>) {
    this.#directory = directory;
    this.#set = set;
    for (const volume of set.pod.volumes) {
      const path = this.path(volume.name);
      mkdirSync(path, { recursive: true });
      const source = sourceOf(volume);
      if (source !== undefined) this.write(volume.name, contents[source] ?? {});
      this.#give(path, volume.emptyDir === undefined ? 0o2755 : 0o2777);
    }
    for (const claim of set.volumeClaims) {
      mkdirSync(this.path(claim));
      this.#give(this.path(claim), 0o2775);
    }
  }

  path(volume: string): string {
    return join(this.#directory, volume);
  }

  /** Puts other files into the volume of a Secret or ConfigMap, all at once: a link to the directory they are in is swapped. */
  write(volume: string, files: Files): void {
    const path = this.path(volume);
    const version = `..version_${this.#versions++}`;
    mkdirSync(join(path, version));
    chmodSync(join(path, version), 0o755);
    for (const [name, content] of Object.entries(files)) {
      const file = join(path, version, name);
      writeFileSync(file, content, { mode: 0o644 });
      this.#give(file, 0o644);
      try {
        symlinkSync(join("..data", name), join(path, name));
      } catch {
        continue; // The link is there.
      }
    }
    symlinkSync(version, join(path, "..data_tmp"));
    renameSync(join(path, "..data_tmp"), join(path, "..data"));
  }

  /** What a container of the pod has mounted. */
  mountsOf({ volumeMounts }: PodContainer): readonly Mount[] {
    return volumeMounts.map(({ name, mountPath, subPath, readOnly = false }) => {
      const isStored = this.#set.volumeClaims.includes(name);
      const from = subPath === undefined ? this.path(name) : join(this.path(name), subPath);
      if (isStored && subPath !== undefined) {
        mkdirSync(from, { recursive: true });
        this.#give(from, 0o2775);
      }
      // A kubelet lets nobody write to what comes from a Secret or a ConfigMap.
      const isOfAPI = this.#set.pod.volumes.some((volume) => volume.name === name && volume.emptyDir === undefined);
      return { from, to: mountPath, readOnly: readOnly || isOfAPI };
    });
  }

  #give(path: string, mode: number): void {
    chownSync(path, 0, this.#set.pod.securityContext.fsGroup);
    chmodSync(path, mode);
  }
}

function sourceOf(volume: PodVolume): string | undefined {
  return volume.secret?.secretName ?? volume.configMap?.name;
}
