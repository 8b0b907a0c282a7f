import { goQuote } from "../core/model/goquote.ts";
import type { Application, Arg, Command, Flag } from "./spec.ts";
import { type Token, tokenText, TokenStream } from "./tokens.ts";

export type Element =
  | { readonly kind: "flag"; readonly flag: Flag; readonly text: string }
  | { readonly kind: "arg"; readonly arg: Arg; readonly text: string }
  /** `alternatives`: the command and its siblings where it was chosen because the line named none. */
  | { readonly kind: "command"; readonly command: Command; readonly alternatives: readonly string[] };

/** A command line taken apart: what was met in which order, and the first thing wrong with it. */
export interface ParsedLine {
  readonly elements: readonly Element[];
  /** Commands chosen, outermost first. */
  readonly path: readonly Command[];
  /** Flags and arguments of the program and the commands chosen. */
  readonly flags: readonly Flag[];
  readonly args: readonly Arg[];
  readonly error?: string;
}

/**
 * Takes a command line apart as kingpin does, defaults of flags left aside. With `ignoreDefaultCommands` only commands
 * that are named are chosen (as for help).
 */
export function parseLine(app: Application, args: readonly string[], ignoreDefaultCommands = false): ParsedLine {
  const line = new Line(app, args, ignoreDefaultCommands);
  const error = line.parse();
  return { elements: line.elements, path: line.path, flags: line.flags, args: line.args, ...(error && { error }) };
}

class Line {
  readonly elements: Element[] = [];
  readonly path: Command[] = [];
  readonly flags: Flag[] = [];
  readonly args: Arg[] = [];
  readonly #tokens: TokenStream;
  readonly #ignoreDefault: boolean;
  #commands: readonly Command[];
  #nextArg = 0;

  constructor(app: Application, args: readonly string[], ignoreDefaultCommands: boolean) {
    this.#tokens = new TokenStream(args);
    this.#ignoreDefault = ignoreDefaultCommands;
    this.#commands = app.commands ?? [];
    this.#addFlags(app.flags);
  }

  /** The first error of the line, or undefined. */
  parse(): string | undefined {
    const error = this.#parseTokens();
    if (error !== undefined) return error;
    for (let command = this.#defaultCommand(); command !== undefined; command = this.#defaultCommand()) {
      this.#enterDefault(command);
    }
    const token = this.#tokens.peek();
    if (token.type === "error") return token.value;
    return token.type === "end" ? undefined : `unexpected ${tokenText(token)}`;
  }

  #parseTokens(): string | undefined {
    for (;;) {
      const token = this.#tokens.peek();
      if (token.type === "end" || token.type === "error") return undefined;
      if (token.type !== "arg") {
        const error = this.#parseFlag(token);
        if (error === undefined) continue;
        const command = this.#defaultCommand();
        if (command === undefined) return error;
        this.#enterDefault(command);
      } else if (this.#commands.length > 0) {
        const named = this.#commands.find((command) => command.name === token.value);
        const command = named ?? this.#defaultCommand();
        if (command === undefined) return `expected command but got ${goQuote(token.value)}`;
        this.#enter(command);
        if (named !== undefined) this.#tokens.next();
      } else {
        const arg = this.args[this.#nextArg];
        if (arg === undefined) return undefined;
        if (!arg.type.isCumulative) this.#nextArg++;
        this.elements.push({ kind: "arg", arg, text: token.value });
        this.#tokens.next();
      }
    }
  }

  #parseFlag(token: Token): string | undefined {
    const unknown = `unknown ${token.type} flag '${tokenText(token)}'`;
    const { flag, inverted } = this.#findFlag(token);
    if (flag === undefined) return unknown;
    this.#tokens.next();
    if (flag.type.isBool) {
      this.elements.push({ kind: "flag", flag, text: inverted ? "false" : "true" });
      return undefined;
    }
    if (inverted) {
      this.#tokens.push(token);
      return unknown;
    }
    const value = this.#tokens.peek();
    if (value.type !== "arg") {
      // Pushed once more although it is still there: with a default command the flag before it is lost, as upstream.
      this.#tokens.push(value);
      return `expected argument for flag '${tokenText(token)}'`;
    }
    this.#tokens.next();
    this.elements.push({ kind: "flag", flag, text: value.value });
    return undefined;
  }

  #findFlag(token: Token): { flag: Flag | undefined; inverted: boolean } {
    if (token.type === "short") return { flag: this.#tokens.shortFlags.get(token.value), inverted: false };
    const named = this.flags.find((flag) => flag.name === token.value);
    if (named !== undefined || !token.value.startsWith("no-")) return { flag: named, inverted: false };
    const name = token.value.slice("no-".length);
    return { flag: this.flags.find((flag) => flag.name === name), inverted: true };
  }

  #defaultCommand(): Command | undefined {
    return this.#ignoreDefault ? undefined : this.#commands.find((command) => command.isDefault);
  }

  #enterDefault(command: Command): void {
    this.#enter(
      command,
      this.#commands.map((command) => command.name),
    );
  }

  #enter(command: Command, alternatives: readonly string[] = []): void {
    this.elements.push({ kind: "command", command, alternatives });
    this.path.push(command);
    this.#addFlags(command.flags ?? []);
    this.args.push(...(command.args ?? []));
    this.#commands = command.commands ?? [];
  }

  #addFlags(flags: readonly Flag[]): void {
    this.flags.push(...flags);
    for (const flag of flags) if (flag.short !== undefined) this.#tokens.shortFlags.set(flag.short, flag);
  }
}
