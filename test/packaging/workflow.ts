import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(import.meta.dir, "../..");

export const WORKFLOWS = join(ROOT, ".github/workflows");

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
  readonly run?: string;
}

/** Of a GitHub workflow, what the tests ask for. */
export interface Workflow {
  readonly on: { readonly push: { readonly tags?: readonly string[] } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** @param file its name in .github/workflows */
export const readWorkflow = (file: string) => parse(readFileSync(join(WORKFLOWS, file), "utf8")) as Workflow;

/** What .dockerignore lets through to a build of the image, but for what it takes out of that again. */
export function dockerContext(): readonly string[] {
  const lines = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
  return lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
}
