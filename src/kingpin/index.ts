export { HELP_COMMAND, HELP_FLAGS, VERSION } from "./builtin.ts";
export { type Outcome, readCommandLine } from "./run.ts";
export type { Application, Arg, Command, Flag, Values } from "./spec.ts";
