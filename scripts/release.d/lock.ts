import { readFileSync } from "node:fs";

/** A package as bun.lock has it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Names of the packages it asks for. */
  readonly dependencies: readonly string[];
  /** Of the archive, in hexadecimal. */
  readonly sha512: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, readonly [at: string, registry: string, meta: Meta, integrity: string]>>;
}

interface Meta {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages of bun.lock by where they are below node_modules: most by their name, others as `parent/name`.
 *
 * @throws Error where a package has no SHA-512
 */
export function readLock(file: string): ReadonlyMap<string, LockedPackage> {
  const { packages } = Bun.JSONC.parse(readFileSync(file, "utf8")) as Lock;
  return new Map(
    Object.entries(packages).map(([key, [at, , meta, integrity]]) => {
      const end = at.lastIndexOf("@");
      if (!integrity?.startsWith("sha512-")) throw new Error(`${file} has no SHA-512 of ${at}`);
      const sha512 = Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");
      const dependencies = Object.keys({ ...meta.dependencies, ...meta.peerDependencies });
      return [key, { name: at.slice(0, end), version: at.slice(end + 1), dependencies, sha512 }];
    }),
  );
}
