import { COMMANDS as BACKUP_COMMANDS } from "../../src/cli/backup/flags.ts";
import { commandsOf as amtoolCommands } from "../../src/cli/commands.ts";
import { GLOBAL_FLAGS } from "../../src/cli/flags.ts";
import { readFlags } from "../../src/server/flags.ts";
import {
  type Application,
  type Command,
  HELP_COMMAND,
  HELP_FLAGS,
  type Outcome,
  readCommandLine,
  VERSION,
} from "../../src/kingpin/index.ts";

const amtool: Application = {
  name: "amtool",
  help: "",
  version: "",
  flags: [...HELP_FLAGS, ...GLOBAL_FLAGS, VERSION],
  commands: [HELP_COMMAND, ...amtoolCommands("ann")],
  usage: "compact",
};
const backup: Application = {
  name: "alertmanager",
  help: "",
  version: "",
  flags: [...HELP_FLAGS, VERSION],
  commands: [HELP_COMMAND, ...BACKUP_COMMANDS],
  usage: "default",
};

/** What our programs make of a command line that a page shows. */
export function parsed(words: readonly string[]): Outcome {
  const [program = "", ...args] = words;
  if (program.endsWith("amtool")) {
    // What has no address has it from amtool's own file.
    const hasAddress = args.some((word) => /^--(?:alertmanager\.url|config\.file)=/.test(word));
    const given = hasAddress ? args : [...args, "--alertmanager.url=http://localhost:9093"];
    return readCommandLine(amtool, given, () => 80);
  }
  if (["backup", "restore", "migrate"].includes(args[0] ?? "")) return readCommandLine(backup, args, () => 80);
  const hasCommand = ["export", "healthcheck"].includes(args[0] ?? "");
  return readFlags(hasCommand ? args.slice(1) : args, "alertmanager", () => 80);
}

const flagsOf = ({ flags = [], commands = [] }: Pick<Command, "flags" | "commands">): readonly string[] => [
  ...flags.map(({ name }) => name),
  ...commands.flatMap(flagsOf),
];
const ofCommands = new Set([amtool, backup].flatMap(flagsOf));

/** Whether one of our programs has a flag of this name. */
export function isFlag(name: string): boolean {
  if (ofCommands.has(name)) return true;
  const outcome = readFlags([`--${name}`], "alertmanager", () => 80);
  return outcome.kind !== "error" || !outcome.message.startsWith("unknown long flag");
}
