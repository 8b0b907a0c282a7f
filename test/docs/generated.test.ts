import { expect, test } from "bun:test";
import { join } from "node:path";
import { run } from "../support/run.ts";

test("the pages that are written by scripts/docs are as it writes them", async () => {
  const { code, stderr } = await run([
    process.execPath,
    join(import.meta.dir, "../../scripts/docs.d/main.ts"),
    "--check",
  ]);
  expect([code, stderr.trim()]).toEqual([0, ""]);
});
