import { fstatSync, readFileSync } from "node:fs";

import { PROCESS_TERMINAL, type Terminal } from "../kingpin/terminal.ts";

/** What a command has of the world around it. */
export interface Environment {
  readonly terminal: Terminal;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdin: {
    /** A terminal or the like, where nothing is to be expected. */
    isCharacterDevice(): boolean;
    read(): Uint8Array;
  };
  /** Name of the user; empty if there is none. */
  username(): string;
  /** Unix time in ms. */
  now(): number;
}

const STDIN = 0;

export const PROCESS_ENVIRONMENT: Environment = {
  terminal: PROCESS_TERMINAL,
  variables: process.env,
  stdin: {
    isCharacterDevice: () => fstatSync(STDIN).isCharacterDevice(),
    read: () => readFileSync(STDIN),
  },
  username,
  now: Date.now,
};

/** The user's name by the password file, else by the environment. */
export function username(): string {
  try {
    const uid = String(process.getuid?.());
    const users = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    const user = users.find((fields) => fields[2] === uid);
    if (user?.[0] !== undefined) return user[0];
  } catch {
    // No password file: the environment has to do.
  }
  return process.env["HOME"] ? (process.env["USER"] ?? "") : "";
}
