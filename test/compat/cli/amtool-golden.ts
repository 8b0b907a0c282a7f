import { join } from "node:path";

import { username } from "../../../src/cli/environment.ts";
import type { AmtoolCase } from "./amtool-cases.ts";
import type { Mock, SeenRequest } from "./amtool-mock.ts";

export const FIXTURES = join(import.meta.dir, "fixtures");

/** What an invocation printed and asked of the server. */
export interface AmtoolGolden extends AmtoolCase {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly SeenRequest[];
}

/** Puts this machine's values for the placeholders in. */
export function expandArgs(args: readonly string[], mock: Mock): string[] {
  return args.map((arg) =>
    arg
      .replace("$URLWITHUSER", mock.url.replace("://", "://us%20er:p%40ss@"))
      .replace("$URLWITHNAME", mock.url.replace("://", "://user@"))
      .replace("$URL", mock.url)
      .replace("$CLOSED", "http://127.0.0.1:1")
      .replaceAll("$DIR", FIXTURES),
  );
}

/** Replaces this machine's values and the time of the run. */
export function normaliseText(text: string, mock: Mock): string {
  return text
    .replaceAll(FIXTURES, "$DIR")
    .replaceAll(`127.0.0.1:${mock.port}`, "$HOST")
    .replace(/time=\S+/g, "time=T")
    .replace(/source=\S+:\d+/g, "source=S")
    .replaceAll(`--author="${username()}"`, '--author="$USER"')
    .replace(/127\.0\.0\.1:\d+->/g, "127.0.0.1:$EPHEMERAL->")
    .replace(/\(branch: .*, revision: .*\)/, "(branch: B, revision: R)")
    .replace(/^( {2}(?:build (?:user|date)|go version): +).*$/gm, "$1V");
}

const MINUTE = 60_000;

/** Replaces what depends on who runs the program and when in a request. */
export function normaliseRequest(seen: SeenRequest): SeenRequest {
  const started = Date.parse(/"startsAt":"([^"]*)"/.exec(seen.body)?.[1] ?? "");
  if (!(Math.abs(started - Date.now()) < MINUTE)) return withoutUser(seen);
  const body = seen.body
    .replace(/"startsAt":"[^"]*"/, '"startsAt":"$NOW"')
    .replace(/"endsAt":"([^"]*)"/, (_, end: string) => `"endsAt":"$NOW+${(Date.parse(end) - started) / 1000}s"`);
  return withoutUser({ ...seen, body });
}

function withoutUser(seen: SeenRequest): SeenRequest {
  return { ...seen, body: seen.body.replace(`"createdBy":"${username()}"`, '"createdBy":"$USER"') };
}

/** Commands that only our amtool has, with what their help lists below them, in all forms a help or completion takes. */
const OWN_COMMANDS = [
  /^(?: +diff| +explain| +simulate) .*\n/gm,
  /^(?:config diff|explain|simulate) .*\n(?: +.*\n)*/gm,
  /\n\.SS\n\\fB(?:config diff|explain|simulate) .*(?:\n\\fB--.*)*/g,
  /\n(?:explain|simulate)$/gm,
];

/**
 * Help in its shape: our wording is our own, so of each line only the flag, argument or command is kept. Our own commands
 * are left out.
 */
export function helpShape(text: string): string {
  return OWN_COMMANDS.reduce((shape, own) => shape.replace(own, ""), fullShape(text));
}

function fullShape(text: string): string {
  if (text.startsWith(".TH")) return manShape(text);
  const start = /^usage: .*$/m.exec(text)?.[0];
  if (start === undefined) return text;
  const lines = text.slice(text.indexOf("\nFlags:\n")).split("\n");
  // The long help has each command with its flags and what they do, the usual one a tree of names.
  const wanted = /\nCommands:\n\w/.test(text) ? LONG_HELP_LINE : HELP_LINE;
  const kept = lines.filter((line) => wanted.test(line)).map((line) => line.replace(FLAG_AND_TEXT, "$1").trimEnd());
  return [start, ...kept, ""].join("\n");
}

const FLAG = String.raw`(?:-\w, )?--(?:\[no-\])?[\w.-]*\w(?:="[^"]*"|=\S+)?(?: \.\.\.)?`;
const HELP_LINE = new RegExp(`^(?:\\w| {2,8}(?:${FLAG}(?: {2}|$)|\\[<|[a-z-]+\\*?(?: \\[<| --|$)))`);
const LONG_HELP_LINE = new RegExp(`^(?:\\w| {2,8}${FLAG}(?: {2}|$))`);
const FLAG_AND_TEXT = new RegExp(`^( +(?:${FLAG}|\\[<\\S+)) .*$`);

/** The flags and commands of a man page. */
function manShape(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.startsWith("\\fB") || line.startsWith(".S"))
    .join("\n");
}
