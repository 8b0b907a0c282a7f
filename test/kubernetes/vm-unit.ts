import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/run.ts";
import { PROJECT } from "./image-dockerfile.ts";

export const UNITS = join(PROJECT, "packaging/systemd");

/** All values of a setting of the service's unit, in its order. */
export function settingsOf(name: string, unit = "alertmanager.service"): readonly string[] {
  const lines = readFileSync(join(UNITS, unit), "utf8").matchAll(new RegExp(`^${name}=(.*)$`, "gm"));
  return [...lines].map(([, value = ""]) => value);
}

/** What systemd has the service started as: the words of `ExecStart`, with the unit's own variables put in. */
export function commandLine(): readonly string[] {
  const environment = Object.fromEntries(
    settingsOf("Environment").map((line) => line.split(/=(.*)/s, 2) as [string, string]),
  );
  return (settingsOf("ExecStart")[0] ?? "")
    .split(" ")
    .flatMap((word) => (word.startsWith("$") ? (environment[word.slice(1)] ?? "").split(" ") : [word]));
}

/** The system calls the unit allows, by name. */
export async function allowedSystemCalls(): Promise<readonly string[]> {
  const allowed = await expand("@default");
  for (const line of settingsOf("SystemCallFilter")) {
    for (const word of line.replace(/^~/, "").split(" ")) {
      for (const call of await expand(word)) {
        if (line.startsWith("~")) allowed.delete(call);
        else allowed.add(call);
      }
    }
  }
  return [...allowed];
}

async function expand(word: string): Promise<Set<string>> {
  if (!word.startsWith("@")) return new Set([word]);
  const { stdout } = await run(["systemd-analyze", "syscall-filter", "--no-pager", word]);
  const members = stdout.split("\n").flatMap((line) => /^ {4}([@a-z0-9_-]+)/.exec(line)?.[1] ?? []);
  const expanded = new Set<string>();
  for (const member of members) for (const call of await expand(member)) expanded.add(call);
  return expanded;
}
