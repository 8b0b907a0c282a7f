import { type BuildArtifact, Glob } from "bun";
import { join } from "node:path";

/**
 * Which packages' files end up in the executable, by where they are below node_modules (`elysia`, `@sinclair/typebox`): the same
 * entry points as scripts/build are bundled, the web app's among them, and the source maps say what was.
 *
 * @throws AggregateError where the sources cannot be bundled
 */
export async function bundledPackages(root: string): Promise<ReadonlySet<string>> {
  const workers = [...new Glob("src/**/*.worker.ts").scanSync(root)].sort();
  const program = await bundle(root, ["src/main.ts", ...workers], "bun");
  const webApp = await bundle(root, ["src/ui/main.tsx"], "browser");
  const found = new Set<string>();
  for (const output of [...program, ...webApp].filter(({ kind }) => kind === "sourcemap")) {
    const { sources } = (await output.json()) as { readonly sources: readonly string[] };
    for (const source of sources) {
      // Of a package within a package the whole way counts.
      const [, ...parts] = source.split("node_modules/");
      if (parts.length > 0) found.add(parts.map((part) => /^(?:@[^/]+\/)?[^/]+/.exec(part)?.[0] ?? "").join("/"));
    }
  }
  return found;
}

async function bundle(root: string, paths: readonly string[], target: "bun" | "browser"): Promise<BuildArtifact[]> {
  const { outputs } = await Bun.build({
    entrypoints: paths.map((path) => join(root, path)),
    target,
    minify: true,
    splitting: true,
    sourcemap: "external",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputs;
}
