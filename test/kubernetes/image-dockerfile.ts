import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's directory, which an image is built from. */
export const PROJECT = join(import.meta.dir, "../..");

export interface Instruction {
  /** `COPY`, `USER` and so on. */
  readonly word: string;
  /** What follows it, on one line. */
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  /** A stage before it, or a reference to an image with its variable filled in. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile as far as ours goes: its stages by name, with the defaults of global variables filled in. */
export function readDockerfile(file = join(PROJECT, "Dockerfile")): ReadonlyMap<string, Stage> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n/g, " ")
    .split("\n");
  const globals = new Map<string, string>();
  const stages = new Map<string, Stage>();
  let instructions: Instruction[] | undefined;
  for (const line of lines) {
    const [, word = "", rest = ""] = /^([A-Z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (word === "FROM") {
      const [, image = "", name = ""] = /^(?:--platform=\S+ )?(\S+) AS (\S+)$/.exec(rest) ?? [];
      const base = image.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => globals.get(variable) ?? "");
      instructions = [];
      stages.set(name, { name, base, instructions });
    } else if (word === "ARG" && instructions === undefined) {
      const [variable = "", value = ""] = rest.split("=");
      globals.set(variable, value);
    } else if (word !== "") {
      instructions?.push({ word, rest });
    }
  }
  return stages;
}

/** The instructions that make a stage out of its image, those of the stages it is based on first. */
export function instructionsOf(stages: ReadonlyMap<string, Stage>, name: string): readonly Instruction[] {
  const stage = stages.get(name);
  return stage === undefined ? [] : [...instructionsOf(stages, stage.base), ...stage.instructions];
}
