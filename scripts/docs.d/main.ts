import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compatibility } from "./compatibility.ts";
import { configuration } from "./configuration.ts";

/** Each page with what makes it. */
const PAGES: Readonly<Record<string, () => string>> = {
  "compatibility.md": compatibility,
  "configuration.md": configuration,
};

const docs = join(import.meta.dir, "../../docs");
const isCheck = process.argv.includes("--check");
let stale = 0;
for (const [name, write] of Object.entries(PAGES)) {
  const page = write();
  const file = join(docs, name);
  if (!isCheck) writeFileSync(file, page);
  else if (readPage(file) !== page) {
    stale++;
    console.error(`docs/${name} is not as scripts/docs would write it`);
  }
}
process.exit(stale === 0 ? 0 : 1);

function readPage(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
