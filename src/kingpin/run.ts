import {
  COMPLETION,
  COMPLETION_SCRIPT_BASH,
  COMPLETION_SCRIPT_ZSH,
  HELP,
  HELP_COMMAND,
  HELP_COMMAND_ARG,
  HELP_LONG,
  HELP_MAN,
  VERSION,
} from "./builtin.ts";
import { bashScript, completions, zshScript } from "./completion.ts";
import { parseLine, type ParsedLine } from "./parse.ts";
import { type Application, type Arg, type Command, type Flag, fullName, type Values } from "./spec.ts";
import { longHelpText, manPage, usageText } from "./usage.ts";
import { ValueError } from "./values.ts";

/** What a program is to do with its command line: run a command, print something and stop, or fail. */
export type Outcome =
  | { readonly kind: "run"; readonly command: string; readonly values: Values }
  | { readonly kind: "print"; readonly text: string }
  /** `byAction`: a command's own check or `help` failed, and the text stands alone. */
  | { readonly kind: "error"; readonly message: string; readonly byAction: boolean };

/** Reads a command line (without the program's name). `width` gives the columns help is laid out for. */
export function readCommandLine(app: Application, args: readonly string[], width: () => number): Outcome {
  const line = parseLine(app, args);
  const read = new ReadValues();
  const failed = read.setDefaults(line);
  if (failed !== undefined) return error(failed);
  const valueError = read.setGiven(line);
  const completing = read.get(COMPLETION);
  if (!completing) {
    const stopped = preActions(app, line, read, width);
    if (stopped !== undefined) return stopped;
  } else {
    return { kind: "print", text: completions(app, line, args).join("\n") };
  }
  if (line.error !== undefined) return error(line.error);
  if (line.elements.some((element) => element.kind === "flag" && element.flag.name === HELP.name)) {
    return { kind: "print", text: usageText(app, parseLine(app, args, true), width()) };
  }
  if (valueError !== undefined) return error(valueError);
  const missing = line.flags.filter((flag) => flag.required && flag.default === undefined && !read.given(flag));
  if (missing.length > 0) {
    return error(`required flag(s) ${missing.map((flag) => `'--${flag.name}'`).join(", ")} not provided`);
  }
  const message = app.action?.(read);
  if (message !== undefined) return error(message, true);
  if (line.path.length === 0 && app.commands !== undefined) {
    return { kind: "print", text: usageText(app, line, width()) };
  }
  return { kind: "run", command: fullName(line.path), values: read };
}

function error(message: string, byAction = false): Outcome {
  return { kind: "error", message, byAction };
}

/** What flags and commands do as soon as they are seen, whatever else is wrong with the line. */
function preActions(app: Application, line: ParsedLine, values: Values, width: () => number): Outcome | undefined {
  for (const element of line.elements) {
    if (element.kind === "flag") {
      const text = printed(app, line, element.flag, width);
      if (text !== undefined) return { kind: "print", text };
    } else if (element.kind === "command") {
      if (element.command === HELP_COMMAND) return helpOn(app, values.get(HELP_COMMAND_ARG), width);
      const message = element.command.preAction?.(values);
      if (message !== undefined) return error(message, true);
    }
  }
  return undefined;
}

function printed(app: Application, line: ParsedLine, flag: Flag, width: () => number): string | undefined {
  switch (flag.name) {
    case HELP_LONG.name:
      return longHelpText(app, line, width());
    case HELP_MAN.name:
      return manPage(app);
    case COMPLETION_SCRIPT_BASH.name:
      return bashScript(app.name);
    case COMPLETION_SCRIPT_ZSH.name:
      return zshScript(app.name);
    case VERSION.name:
      return `${app.version}\n`;
    default:
      return undefined;
  }
}

function helpOn(app: Application, command: readonly string[], width: () => number): Outcome {
  const line = parseLine(app, command, true);
  if (line.error !== undefined) return error(line.error, true);
  return { kind: "print", text: usageText(app, line, width()) };
}

class ReadValues implements Values {
  readonly #values = new Map<string, unknown>();
  readonly #given = new Set<string>();

  get<T>(spec: Flag<T> | Arg<T>): T {
    // Only `#set` writes, with what the type of the spec of this name has parsed.
    const value = this.#values.get(spec.name) as T | undefined;
    return value === undefined ? spec.type.zero : value;
  }

  given(spec: Flag | Arg): boolean {
    return this.#given.has(spec.name);
  }

  /** Sets the defaults of flags the line does not name; the error of one that does not parse. */
  setDefaults(line: ParsedLine): string | undefined {
    const named = new Set(line.elements.flatMap((element) => (element.kind === "flag" ? [element.flag.name] : [])));
    if (named.has(HELP.name) || named.has(VERSION.name)) return undefined;
    for (const flag of line.flags) {
      if (flag.default === undefined || named.has(flag.name)) continue;
      const message = this.#set(flag, flag.default);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Sets what the line gives, up to the first error. */
  setGiven(line: ParsedLine): string | undefined {
    for (const element of line.elements) {
      if (element.kind === "command") continue;
      const spec = element.kind === "flag" ? element.flag : element.arg;
      if (this.#given.has(spec.name) && !spec.type.isCumulative) return `flag '${spec.name}' cannot be repeated`;
      const message = this.#set(spec, element.text);
      if (message !== undefined) return message;
      this.#given.add(spec.name);
    }
    return mustSelect(line.path);
  }

  #set(spec: Flag | Arg, text: string): string | undefined {
    try {
      const value = spec.type.parse(text);
      const before = this.#values.get(spec.name);
      this.#values.set(spec.name, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
      return undefined;
    } catch (error) {
      if (error instanceof ValueError) return error.message;
      throw error;
    }
  }
}

function mustSelect(path: readonly Command[]): string | undefined {
  return path.at(-1)?.commands === undefined ? undefined : `must select a subcommand of '${fullName(path)}'`;
}
