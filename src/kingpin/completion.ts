import type { ParsedLine } from "./parse.ts";
import type { Application, Command, Flag } from "./spec.ts";

/** What could follow on a line that starts with `--completion-bash`. */
export function completions(app: Application, line: ParsedLine, args: readonly string[]): readonly string[] {
  const words = args.slice(1);
  const current = words.at(-1) ?? "";
  const previous = words.at(-2) ?? "";
  const command = line.path.at(-1);
  if (!current.startsWith("--") && !previous.startsWith("--")) return commandsToCome(app, line);
  if (words.slice(0, -1).includes("--")) return [];
  const ofValue = previous.startsWith("--") && !current.startsWith("--");
  const name = ofValue ? previous.slice(2) : current.slice(2);
  const value = ofValue ? current : "";

  const own = flagCompletion((command ?? app).flags ?? [], name, value);
  if (own.complete) return commandsToCome(app, line);
  if (command === undefined || own.matched) return own.options;
  const top = flagCompletion(app.flags, name, value);
  if (top.complete) return commandsToCome(app, line);
  return top.matched ? top.options : [...own.options, ...top.options];
}

interface FlagCompletion {
  readonly options: readonly string[];
  /** The name is one of the flags'. */
  readonly matched: boolean;
  /** Nothing is left to complete in the value. */
  readonly complete: boolean;
}

function flagCompletion(flags: readonly Flag[], name: string, value: string): FlagCompletion {
  const flag = flags.find((flag) => flag.name === name);
  if (flag === undefined) {
    const options = flags.filter((flag) => !flag.hidden).map((flag) => `--${flag.name}`);
    return { options, matched: false, complete: false };
  }
  const options = flag.type.hints ?? [];
  if (options.length === 0) return { options, matched: true, complete: true };
  const isPrefix = options.some((option) => option !== value && option.startsWith(value));
  return { options, matched: true, complete: !isPrefix && options.includes(value) };
}

/** The commands that may come next, and those that stand beside one chosen by default. */
function commandsToCome(app: Application, line: ParsedLine): readonly string[] {
  let options: string[] = [];
  for (const element of line.elements) {
    if (element.kind === "arg") options = [];
    if (element.kind === "command") options.push(...element.alternatives);
  }
  const last: Command | undefined = line.path.at(-1);
  if ((last?.args ?? []).length > 0) return options;
  const commands = last === undefined ? (app.commands ?? []) : (last.commands ?? []);
  return [...options, ...commands.map((command) => command.name)];
}

/** A script that makes bash complete the program's command lines. */
export function bashScript(name: string): string {
  return `
_${name}_bash_autocomplete() {
    local cur words
    COMPREPLY=()
    cur="\${COMP_WORDS[COMP_CWORD]}"
    words=$("\${COMP_WORDS[0]}" --completion-bash "\${COMP_WORDS[@]:1:$COMP_CWORD}")
    COMPREPLY=( $(compgen -W "\${words}" -- "\${cur}") )
    return 0
}
complete -F _${name}_bash_autocomplete -o default ${name}

`;
}

/** A script that makes zsh complete the program's command lines. */
export function zshScript(name: string): string {
  return `#compdef ${name}

_${name}() {
    local matches=($("\${words[1]}" --completion-bash "\${(@)words[2,$CURRENT]}"))
    compadd -a matches
    if [[ $compstate[nmatches] -eq 0 && $words[$CURRENT] != -* ]]; then
        _files
    fi
}

if [[ "$(basename -- \${(%):-%x})" != "_${name}" ]]; then
    compdef _${name} ${name}
fi
`;
}
