import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages } from "../../scripts/release.d/bundled.ts";
import { readLock } from "../../scripts/release.d/lock.ts";
import { sbom } from "../../scripts/release.d/sbom.ts";

const root = join(import.meta.dir, "../..");
const made = async () => sbom(root, "0.34.0-amp1", await bundledPackages(root), "1.4.5", 1_795_428_000);

test("it names what is compiled in, with the versions and hashes of bun.lock, and nothing that is only for development", async () => {
  const { components } = await made();
  const names = components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(names).toEqual(expect.arrayContaining([...Object.keys(dependencies), "react", "@mantine/core", "bun"]));
  for (const name of [
    "oxlint",
    "playwright-core",
    "testcontainers",
    "yaml",
    "axe-core",
    "terser",
    "react-remove-scroll",
  ]) {
    expect(names).not.toContain(name);
  }

  const lock = readLock(join(root, "bun.lock"));
  for (const { type, name, group, version, hashes, licenses, purl } of components) {
    if (type !== "library") continue;
    const full = group === undefined ? name : `${group}/${name}`;
    const locked = [...lock.values()].find((found) => found.name === full && found.version === version);
    expect(hashes).toEqual([{ alg: "SHA-512", content: locked?.sha512 ?? "" }]);
    expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    expect(licenses).toHaveLength(1);
    expect(purl).toBe(`pkg:npm/${full.replace("@", "%40")}@${version}`);
  }
});

test("each package is reached from the program by dependencies that are listed", async () => {
  const { metadata, components, dependencies } = await made();
  const of = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const visit = (ref: string) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const next of of.get(ref) ?? []) visit(next);
  };
  visit(metadata.component["bom-ref"]);
  expect(components.map((component) => component["bom-ref"]).filter((ref) => !reached.has(ref))).toEqual([]);
});

test("the same version of the same packages has the same number", async () => {
  const [a, b] = [await made(), await made()];
  expect(a).toEqual(b);
  expect(a.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
