import { goQuote } from "../core/model/goquote.ts";
import { UNCOUNTED_FLAGS } from "./builtin.ts";
import type { ParsedLine } from "./parse.ts";
import { type Application, type Arg, type Command, type Flag, fullName } from "./spec.ts";
import { wrapDoc } from "./wrap.ts";

/** The text of `--help` for what the line has chosen, laid out for `width` columns. */
export function usageText(app: Application, line: ParsedLine, width: number): string {
  const command = line.path.at(-1);
  const name = command === undefined ? app.name : `${app.name} ${fullName(line.path)}`;
  const head = usageHead(name, command ?? app);
  const gap = app.usage === "compact" ? "" : "\n";
  return (
    head + gap + flagsBlock(line.flags, width) + argsBlock(line.args, width) + commandsBlock(app, line.path, width)
  );

  function usageHead(name: string, of: Application | Command): string {
    const help = of.help === "" ? "" : `\n${wrapDoc(of.help, "", "  ", width)}`;
    return `usage: ${name}${summary(of)}\n${help}\n`;
  }
}

/** The text of `--help-long`: everything about every command. */
export function longHelpText(app: Application, line: ParsedLine, width: number): string {
  const help = app.help === "" ? "" : `\n${wrapDoc(app.help, "", "  ", width)}`;
  const head = `usage: ${app.name}${summary(app)}\n${help}\n`;
  const commands = leaves(app.commands ?? []).map(({ path, command }) => {
    const flags = (command.flags ?? []).filter((flag) => !flag.hidden);
    const table = flags.length === 0 ? "" : twoColumns(flagRows(command.flags ?? []), 4, 2, width);
    return `${fullName(path)}${commandSummary(command)}\n${wrapDoc(command.help, "    ", "      ", width - 4)}\n${table}\n`;
  });
  const list = commands.length === 0 ? "" : `Commands:\n${commands.join("")}\n`;
  return head + flagsBlock(line.flags, width) + argsBlock(line.args, width) + list;
}

/** The text of `--help-man`, in roff. */
export function manPage(app: Application): string {
  const usage = summary(app);
  const commands = leaves(app.commands ?? []).map(
    ({ path, command }) =>
      `.SS\n\\fB${fullName(path)}${commandSummary(command)}\\fR\n.PP\n${command.help}\n${manFlags(command.flags ?? [])}`,
  );
  return [
    `.TH ${app.name} 1 ${app.version} ""\n`,
    `.SH "NAME"\n${app.name}\n`,
    `.SH "SYNOPSIS"\n.TP\n\\fB${app.name}${usage}\\fR\n\n`,
    `.SH "DESCRIPTION"\n${app.help}\n`,
    `.SH "OPTIONS"\n${manFlags(app.flags)}`,
    commands.length === 0 ? "" : `.SH "COMMANDS"\n${commands.join("")}`,
  ].join("");
}

function manFlags(flags: readonly Flag[]): string {
  return flags
    .filter((flag) => !flag.hidden)
    .map((flag) => {
      const short = flag.short === undefined ? "" : `-${flag.short}, `;
      const value = flag.type.isBool ? "" : `=${placeholder(flag)}`;
      return `.TP\n\\fB${short}--${flag.name}${value}\\fR\n${flag.help}\n`;
    })
    .join("");
}

function flagsBlock(flags: readonly Flag[], width: number): string {
  return `Flags:\n${twoColumns(flagRows(flags), 2, 2, width)}\n`;
}

function argsBlock(args: readonly Arg[], width: number): string {
  if (args.length === 0) return "";
  const rows = args.map((arg): Row => [`[<${arg.name}>]`, arg.help]);
  return `Args:\n${twoColumns(rows, 2, 2, width)}\n`;
}

function commandsBlock(app: Application, path: readonly Command[], width: number): string {
  const command = path.at(-1);
  const commands = (command ?? app).commands ?? [];
  if (commands.length === 0) return "";
  if (app.usage === "compact") {
    const title = command === undefined ? "Commands:\n" : `Commands:\n  ${fullName(path)}\n`;
    return `${title}${commandTree(commands, path.length + 1)}\n`;
  }
  const title = command === undefined ? "Commands:" : "Subcommands:";
  const list = leaves(commands, path).map(({ path, command }) => {
    const star = command.isDefault ? "*" : "";
    return `${fullName(path)}${star}${commandSummary(command)}\n${wrapDoc(command.help, "    ", "      ", width - 4)}\n`;
  });
  return `${title}\n${list.join("")}\n`;
}

function commandTree(commands: readonly Command[], depth: number): string {
  return commands
    .map((command) => {
      const star = command.isDefault ? "*" : "";
      const own = `${"  ".repeat(depth)}${command.name}${star}${commandSummary(command)}\n`;
      return own + commandTree(command.commands ?? [], depth + 1);
    })
    .join("");
}

interface Leaf {
  readonly path: readonly Command[];
  readonly command: Command;
}

function leaves(commands: readonly Command[], above: readonly Command[] = []): Leaf[] {
  return commands.flatMap((command) => {
    const path = [...above, command];
    return command.commands === undefined ? [{ path, command }] : leaves(command.commands, path);
  });
}

function summary(of: Application | Command): string {
  return commandSummary(of) + (of.commands === undefined ? "" : " <command> [<args> ...]");
}

function commandSummary(of: Application | Command): string {
  const flags = of.flags ?? [];
  const required = flags.filter((flag) => flag.required).map((flag) => ` --${flag.name}=${placeholder(flag)}`);
  const counted = flags.filter((flag) => !UNCOUNTED_FLAGS.has(flag.name)).length;
  const rest = counted === required.length ? "" : " [<flags>]";
  const args = ("args" in of ? (of.args ?? []) : []).map(
    (arg) => ` [<${arg.name}>${arg.type.isCumulative ? "..." : ""}]`,
  );
  return required.join("") + rest + args.join("");
}

type Row = readonly [left: string, right: string];

function flagRows(flags: readonly Flag[]): Row[] {
  const haveShort = flags.some((flag) => flag.short !== undefined);
  return flags.filter((flag) => !flag.hidden).map((flag): Row => [flagText(flag, haveShort), flag.help]);
}

function flagText(flag: Flag, haveShort: boolean): string {
  const indent = haveShort ? "    " : "";
  const start = flag.short === undefined ? indent : `-${flag.short}, `;
  const name = flag.type.isBool ? `--[no-]${flag.name}` : `--${flag.name}=${placeholder(flag)}`;
  return start + name + (flag.type.isCumulative ? " ..." : "");
}

function placeholder(flag: Flag): string {
  if (flag.placeholder !== undefined) return flag.placeholder;
  if (flag.default === undefined) return flag.name.toUpperCase();
  return flag.type.quotesDefault ? goQuote(flag.default) : flag.default;
}

const WIDEST_LEFT = 30;

function twoColumns(rows: readonly Row[], indent: number, padding: number, width: number): string {
  const size = Math.max(0, ...rows.map(([left]) => left.length).filter((length) => length < WIDEST_LEFT));
  const margin = " ".repeat(indent);
  const offset = margin + " ".repeat(size + padding);
  return rows
    .map(([left, right]) => {
      const lines = wrapDoc(right, "", "  ", width - size - padding - indent)
        .trimEnd()
        .split("\n");
      const start = margin + left.padEnd(size) + " ".repeat(padding);
      const broken = left.length >= WIDEST_LEFT ? `\n${offset}` : "";
      const [first = "", ...more] = lines;
      return `${start}${broken}${first}\n${more.map((line) => `${offset}${line}\n`).join("")}`;
    })
    .join("");
}
