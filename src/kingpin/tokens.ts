import { readFileSync } from "node:fs";

import { goQuote } from "../core/model/goquote.ts";
import { openError } from "../core/text/errno.ts";
import type { Flag } from "./spec.ts";

export interface Token {
  readonly type: "long" | "short" | "arg" | "error" | "end";
  readonly value: string;
}

/** The token as the user wrote it. */
export function tokenText(token: Token): string {
  switch (token.type) {
    case "long":
      return `--${token.value}`;
    case "short":
      return `-${token.value}`;
    case "error":
      return `error: ${token.value}`;
    case "end":
      return "<EOL>";
    case "arg":
      return token.value;
  }
}

/** The arguments of a command line as a stream of tokens that can be pushed back. `@file` stands for the file's lines. */
export class TokenStream {
  #rest: string[];
  #pushed: Token[] = [];
  #onlyArgs = false;
  /** Short flags known so far; it grows with each command met. */
  readonly shortFlags = new Map<string, Flag>();

  constructor(args: readonly string[]) {
    this.#rest = [...args];
  }

  next(): Token {
    return this.#pushed.pop() ?? this.#read();
  }

  push(token: Token): void {
    this.#pushed.push(token);
  }

  peek(): Token {
    const last = this.#pushed.at(-1);
    if (last !== undefined) return last;
    const token = this.#read();
    this.push(token);
    return token;
  }

  #read(): Token {
    const arg = this.#rest.shift();
    if (arg === undefined) return { type: "end", value: "" };
    if (this.#onlyArgs) return { type: "arg", value: arg };
    if (arg === "--") {
      this.#onlyArgs = true;
      return this.#read();
    }
    if (arg.startsWith("--")) return this.#long(arg.slice(2));
    if (arg.startsWith("-")) return this.#short(arg.slice(1));
    if (!arg.startsWith("@")) return { type: "arg", value: arg };
    const lines = linesOf(arg.slice(1));
    if (typeof lines === "string") return { type: "error", value: lines };
    this.#rest.unshift(...lines);
    return this.next();
  }

  #long(text: string): Token {
    const equals = text.indexOf("=");
    if (equals < 0) return { type: "long", value: text };
    this.push({ type: "arg", value: text.slice(equals + 1) });
    return { type: "long", value: text.slice(0, equals) };
  }

  /** `-abc` is `-a -b -c` for flags without a value and `-a bc` for one with a value. */
  #short(text: string): Token {
    const [letter, ...more] = text;
    if (letter === undefined) return { type: "arg", value: "" };
    const remainder = more.join("");
    const flag = this.shortFlags.get(letter);
    if (remainder !== "") {
      if (flag !== undefined && !flag.type.isBool) this.push({ type: "arg", value: remainder });
      else this.#rest.unshift(`-${remainder}`);
    }
    return { type: "short", value: letter };
  }
}

/** The arguments in a file, one a line, without comments and blank lines; or why it cannot be read. */
function linesOf(file: string): readonly string[] | string {
  if (file === "") return "expected @ file to expand arguments from";
  try {
    const lines = readFileSync(file, "utf8").split(/\r?\n/);
    return lines.filter((line) => !line.startsWith("#") && line.trim() !== "");
  } catch (error) {
    const reason = openError(file, error);
    if (reason.startsWith("read ")) return `failed to read arguments from ${goQuote(file)}: ${reason}`;
    return `failed to open arguments file ${goQuote(file)}: ${reason}`;
  }
}
