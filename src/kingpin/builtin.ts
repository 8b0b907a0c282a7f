import type { Arg, Command, Flag } from "./spec.ts";
import { boolValue, stringsValue } from "./values.ts";

export const HELP: Flag<boolean> = {
  name: "help",
  short: "h",
  help: "Show context-sensitive help (also try --help-long and --help-man).",
  type: boolValue,
};

function hidden(name: string, help: string): Flag<boolean> {
  return { name, help, type: boolValue, hidden: true };
}

export const HELP_LONG = hidden("help-long", "Generate long help.");
export const HELP_MAN = hidden("help-man", "Generate a man page.");
export const COMPLETION = hidden("completion-bash", "Print what could come next on the given line.");
export const COMPLETION_SCRIPT_BASH = hidden("completion-script-bash", "Print a completion script for bash.");
export const COMPLETION_SCRIPT_ZSH = hidden("completion-script-zsh", "Print a completion script for zsh.");

export const VERSION: Flag<boolean> = { name: "version", help: "Show application version.", type: boolValue };

/** The flags every program starts its list with; `VERSION` goes where the program wants it. */
export const HELP_FLAGS: readonly Flag[] = [
  HELP,
  HELP_LONG,
  HELP_MAN,
  COMPLETION,
  COMPLETION_SCRIPT_BASH,
  COMPLETION_SCRIPT_ZSH,
];

/** Flags that do not make `[<flags>]` appear in a usage line. */
export const UNCOUNTED_FLAGS: ReadonlySet<string> = new Set(HELP_FLAGS.map((flag) => flag.name));

export const HELP_COMMAND_ARG: Arg<readonly string[]> = {
  name: "command",
  help: "Show help on command.",
  type: stringsValue,
};

/** The `help` command, first of the commands of every program that has any. */
export const HELP_COMMAND: Command = { name: "help", help: "Show help.", args: [HELP_COMMAND_ARG] };
