import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Application, Command, Flag } from "../kingpin/index.ts";

/** Defaults of flags by name. */
export type Defaults = ReadonlyMap<string, string>;

const SYSTEM_FILE = "/etc/amtool/config.yml";

/** The defaults set in the user's and the system's files. @throws Error `could not load config file: …` */
export async function configuredDefaults(home: string): Promise<Defaults> {
  const files = [join(home, "/.config/amtool/config.yml"), SYSTEM_FILE].filter((file) => existsSync(file));
  if (files.length === 0) return new Map();
  const { readConfigFiles } = await import("./config-file.ts");
  try {
    return readConfigFiles(files);
  } catch (error) {
    throw new Error(`could not load config file: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** The program with these defaults in its own flags and in those of the command chosen, outermost command first. */
export function withDefaults(app: Application, path: readonly Command[], defaults: Defaults): Application {
  const flags = app.flags.map((flag) => withDefault(flag, defaults));
  return { ...app, flags, ...(app.commands && { commands: alongPath(app.commands, path, defaults) }) };
}

function alongPath(commands: readonly Command[], path: readonly Command[], defaults: Defaults): readonly Command[] {
  const [chosen, ...below] = path;
  return commands.map((command) => {
    if (command !== chosen) return command;
    if (below.length > 0) return { ...command, commands: alongPath(command.commands ?? [], below, defaults) };
    if (command.flags === undefined) return command;
    return { ...command, flags: command.flags.map((flag) => withDefault(flag, defaults)) };
  });
}

function withDefault(flag: Flag, defaults: Defaults): Flag {
  const value = defaults.get(flag.name);
  return value === undefined ? flag : { ...flag, default: value };
}
