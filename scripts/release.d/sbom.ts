import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readLock, type LockedPackage } from "./lock.ts";

/** One thing an executable is made of, as CycloneDX 1.6 has it. */
interface Component {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
  readonly licenses?: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
  readonly purl?: string;
}

export interface Bom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The list of what is in the executable: the packages that were bundled, with the hashes of bun.lock, and Bun itself.
 *
 * @param root the project's directory, with its dependencies installed
 * @param bundled packages by where they are below node_modules
 * @param seconds since 1970: when it was made
 * @throws Error where a package is not in bun.lock
 */
export function sbom(
  root: string,
  version: string,
  bundled: ReadonlySet<string>,
  bunVersion: string,
  seconds: number,
): Bom {
  const lock = readLock(join(root, "bun.lock"));
  const keys = [...bundled].sort();
  const packages = keys.map((key) => {
    const found = lock.get(key);
    if (found === undefined) throw new Error(`${key} is in the executable and not in bun.lock`);
    return { key, found, component: libraryOf(found, licenseOf(join(root, "node_modules", key))) };
  });
  const bun: Component = {
    type: "platform",
    "bom-ref": `pkg:npm/bun@${bunVersion}`,
    name: "bun",
    version: bunVersion,
    licenses: [{ license: { id: "MIT" } }],
    purl: `pkg:npm/bun@${bunVersion}`,
  };
  const own: Component = {
    type: "application",
    "bom-ref": "alertmanager-plus-plus",
    name: "alertmanager-plus-plus",
    version,
    licenses: [{ license: { id: "Apache-2.0" } }],
  };
  const refs = new Map(packages.map(({ key, component }) => [key, component["bom-ref"]]));
  const { dependencies, devDependencies } = readPackage(root) as Readonly<Record<string, object | undefined>>;
  // The web app's packages are for development to package.json, as the executable is made of what comes of them.
  const direct = Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => refs.get(name) ?? []);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${version} ${[...refs.values()].join(" ")}`)}`,
    version: 1,
    metadata: { timestamp: new Date(seconds * 1000).toISOString(), component: own },
    components: [...packages.map(({ component }) => component), bun],
    dependencies: [
      { ref: own["bom-ref"], dependsOn: [...direct, bun["bom-ref"]] },
      ...packages.map(({ key, found, component }) => ({
        ref: component["bom-ref"],
        // One of its own goes before one for all.
        dependsOn: found.dependencies.flatMap((name) => refs.get(`${key}/${name}`) ?? refs.get(name) ?? []),
      })),
    ],
  };
}

function libraryOf({ name, version, sha512 }: LockedPackage, license: string): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return {
    type: "library",
    "bom-ref": purl,
    ...(group !== undefined && { group }),
    name: short ?? name,
    version,
    hashes: [{ alg: "SHA-512", content: sha512 }],
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}

function readPackage(directory: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;
}

/** What a package says its license is. @throws Error where it says nothing */
function licenseOf(directory: string): string {
  const { license } = readPackage(directory);
  if (typeof license !== "string" || license === "") throw new Error(`${directory}/package.json names no license`);
  return license;
}

/** The same UUID for the same text. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
