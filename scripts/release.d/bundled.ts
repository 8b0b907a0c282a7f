import { Glob } from "bun";
import { join } from "node:path";
import { notUsed } from "../build.d/not-used.ts";

/**
 * Which packages' files end up in the executable, by where they are below node_modules (`elysia`, `@sinclair/typebox`): the same
 * entry points as scripts/build are bundled, those of the web app too, and the source maps say what was.
 *
 * @throws AggregateError where the sources cannot be bundled
 */
export async function bundledPackages(root: string): Promise<ReadonlySet<string>> {
  const workers = [...new Glob("src/**/*.worker.ts").scanSync(root)].sort();
  const sources = [
    ...(await sourcesOf(root, ["src/main.ts", ...workers], "bun")),
    ...(await sourcesOf(root, ["src/ui/main.tsx"], "browser")),
  ];
  const found = new Set<string>();
  for (const source of sources) {
    // Of a package within a package the whole way counts.
    const [, ...parts] = source.split("node_modules/");
    if (parts.length > 0) found.add(parts.map((part) => /^(?:@[^/]+\/)?[^/]+/.exec(part)?.[0] ?? "").join("/"));
  }
  return found;
}

async function sourcesOf(
  root: string,
  entrypoints: readonly string[],
  target: "bun" | "browser",
): Promise<readonly string[]> {
  const { outputs } = await Bun.build({
    entrypoints: entrypoints.map((path) => join(root, path)),
    target,
    minify: true,
    splitting: true,
    plugins: target === "browser" ? [notUsed] : [],
    sourcemap: "external",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const maps = outputs.filter(({ kind }) => kind === "sourcemap");
  return (await Promise.all(maps.map((map) => map.json() as Promise<{ readonly sources: readonly string[] }>))).flatMap(
    ({ sources }) => sources,
  );
}
