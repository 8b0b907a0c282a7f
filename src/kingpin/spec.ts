import type { ValueType } from "./values.ts";

/** One `--name` flag of a program or command. Flags are looked up by name, so a name is unique along a command's path. */
export interface Flag<T = unknown> {
  readonly name: string;
  readonly help: string;
  readonly type: ValueType<T>;
  /** One character, for `-x`. */
  readonly short?: string;
  /** Text the type parses; unset means the type's zero value. */
  readonly default?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
}

/** One positional argument. A cumulative type takes all that remain. */
export interface Arg<T = unknown> {
  readonly name: string;
  readonly help: string;
  readonly type: ValueType<T>;
}

export interface Command {
  readonly name: string;
  readonly help: string;
  readonly flags?: readonly Flag[];
  readonly args?: readonly Arg[];
  readonly commands?: readonly Command[];
  /** Chosen when the line names none of its siblings. */
  readonly isDefault?: boolean;
  /** Runs as soon as the command is seen, before errors of the line are told; a text returned ends the program with it. */
  readonly preAction?: (values: Values) => string | undefined;
}

export interface Application {
  readonly name: string;
  readonly help: string;
  /** The text `--version` prints, without its last newline. */
  readonly version: string;
  /** All flags in the order of the help, `help` and `version` included (see `HELP_FLAGS`). */
  readonly flags: readonly Flag[];
  readonly commands?: readonly Command[];
  /** Runs before any command, once the line has been read; a text returned ends the program with it. */
  readonly action?: (values: Values) => string | undefined;
  /** How `--help` lists commands: `compact` as amtool does. */
  readonly usage: "default" | "compact";
}

/** What a command line was read as. */
export interface Values {
  /** The flag's or argument's value: given, default or zero. */
  get<T>(spec: Flag<T> | Arg<T>): T;
  /** Whether the line itself names the flag or argument. */
  given(spec: Flag | Arg): boolean;
}

/** The name of a command below its parents, as in `silence add`. */
export function fullName(path: readonly Command[]): string {
  return path.map((command) => command.name).join(" ");
}
