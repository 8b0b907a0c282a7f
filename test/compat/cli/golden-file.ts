import { join } from "node:path";

/** Reads a golden file, one invocation a line. */
export async function readGolden<T>(file: string): Promise<readonly T[]> {
  const lines = (await Bun.file(join(import.meta.dir, file)).text()).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as T);
}

export async function writeGolden(file: string, golden: readonly unknown[]): Promise<void> {
  await Bun.write(join(import.meta.dir, file), golden.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
