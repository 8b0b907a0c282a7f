// Prints the SBOM of a release. usage: bun scripts/release.d/main.ts VERSION SECONDS_SINCE_1970
import { join } from "node:path";
import { bundledPackages } from "./bundled.ts";
import { sbom } from "./sbom.ts";

const [, , version = "", seconds = ""] = process.argv;
const root = join(import.meta.dir, "../..");
const bom = sbom(root, version, await bundledPackages(root), Bun.version, Number(seconds));
process.stdout.write(`${JSON.stringify(bom, undefined, 2)}\n`);
