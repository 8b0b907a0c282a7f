// Makes the web app: index.html, and its files under names with a hash of their content, each also compressed.
// usage: bun scripts/build.d/ui.ts DIRECTORY
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [, , out = ""] = process.argv;
if (out === "") throw new Error("usage: bun scripts/build.d/ui.ts DIRECTORY");
const source = join(import.meta.dir, "../../src/ui");

const { outputs } = await Bun.build({
  entrypoints: [join(source, "main.tsx")],
  target: "browser",
  format: "esm",
  minify: true,
  splitting: true,
  naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  define: { "process.env.NODE_ENV": '"production"' },
});

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });

let total = 0;
async function write(name: string, content: Uint8Array): Promise<void> {
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  total += brotli.length;
  await Bun.write(join(out, "assets", name), content);
  await Bun.write(join(out, "assets", `${name}.br`), brotli);
  await Bun.write(join(out, "assets", `${name}.gz`), gzipSync(content, { level: 9 }));
}

for (const output of outputs) await write(basename(output.path), new Uint8Array(await output.arrayBuffer()));

const icon = await Bun.file(join(source, "icon.svg")).bytes();
const iconName = `icon-${Bun.hash(icon).toString(36)}.svg`;
await write(iconName, icon);

/** The file that the page names itself. */
function entry(ending: string): string {
  const found = outputs.find(
    ({ path, kind }) => kind !== "chunk" && basename(path).startsWith("main-") && path.endsWith(ending),
  );
  if (found === undefined) throw new Error(`the web app came out without a main file that ends in ${ending}`);
  return basename(found.path);
}

const page = await Bun.file(join(source, "index.html")).text();
await Bun.write(
  join(out, "index.html"),
  page.replace("ICON", iconName).replace("STYLE", entry(".css")).replace("SCRIPT", entry(".js")),
);
process.stderr.write(`Built the web app: ${outputs.length} files, ${Math.round(total / 1000)} KB compressed\n`);
