// Makes the web app: index.html, and its files under names with a hash of their content, each also compressed.
// usage: bun scripts/build.d/ui.ts DIRECTORY
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { minify } from "terser";
import { notUsed } from "./not-used.ts";

const [, , out = ""] = process.argv;
if (out === "") throw new Error("usage: bun scripts/build.d/ui.ts DIRECTORY");
const source = join(import.meta.dir, "../../src/ui");

const naming = "[name]-[hash].[ext]";
const scripts = await Bun.build({
  entrypoints: [join(source, "main.tsx")],
  target: "browser",
  format: "esm",
  minify: true,
  splitting: true,
  plugins: [notUsed],
  naming: { entry: naming, chunk: naming },
  define: { "process.env.NODE_ENV": '"production"' },
});
// For "browser", what today's browsers know is also written for those of long ago, which makes styles half as large again.
const styles = await Bun.build({
  entrypoints: [join(source, "style/main.css")],
  target: "bun",
  minify: true,
  naming: { asset: naming, entry: naming },
});
const scheme = await Bun.build({
  entrypoints: [join(source, "scheme.ts")],
  target: "browser",
  format: "iife",
  minify: true,
  naming: { entry: naming },
});
const outputs = [...scripts.outputs, ...styles.outputs, ...scheme.outputs];

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });

let total = 0;
async function write(name: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const gzip = Bun.gzipSync(content, { level: 12, library: "libdeflate" });
  total += gzip.length;
  await Bun.write(join(out, "assets", name), content);
  await Bun.write(join(out, "assets", `${name}.br`), brotli);
  await Bun.write(join(out, "assets", `${name}.gz`), gzip);
}

for (const output of scripts.outputs) {
  // Once more, by what finds a twentieth that Bun leaves.
  const { code = "" } = await minify(await output.text(), { module: true, ecma: 2020, compress: { passes: 2 } });
  await write(basename(output.path), new TextEncoder().encode(code));
}
for (const output of [...styles.outputs, ...scheme.outputs])
  await write(basename(output.path), new Uint8Array(await output.arrayBuffer()));

const icon = await Bun.file(join(source, "icon.svg")).bytes();
const iconName = `icon-${Bun.hash(icon).toString(36)}.svg`;
await write(iconName, icon);

/** A file that the page names itself. */
function entry(start: string, ending: string): string {
  const found = outputs.find(
    ({ path, kind }) => kind !== "chunk" && basename(path).startsWith(start) && path.endsWith(ending),
  );
  if (found === undefined) throw new Error(`the web app came out without a file ${start}*${ending}`);
  return basename(found.path);
}

const page = await Bun.file(join(source, "index.html")).text();
await Bun.write(
  join(out, "index.html"),
  page
    .replace("ICON", iconName)
    .replace("SCHEME", entry("scheme-", ".js"))
    .replace("STYLE", entry("main-", ".css"))
    .replace("SCRIPT", entry("main-", ".js")),
);
process.stderr.write(`Built the web app: ${outputs.length} files, ${Math.round(total / 1000)} KB with gzip\n`);
