import { describe, expect, test } from "bun:test";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFlags } from "../../src/server/flags.ts";
import { parsed } from "./command-line.ts";
import { examplesOf, PAGES, ROOT, type Example } from "./pages.ts";
import { commandsOf } from "./shell.ts";

/** What is not run, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  bun: "the tasks of package.json are run by CI",
  cd: "the shell's own",
  chown: "needs root; the system's own",
  cp: "the system's own",
  curl: "test/docs/api.test.ts sends it",
  docker: "needs a container runtime; test/kubernetes/image.test.ts builds and runs the image without",
  export: "the shell's own",
  git: "the address is that of the reader's copy",
  helm: "needs a cluster or a registry; test/kubernetes runs the chart where there is helm",
  install: "needs root; the system's own",
  kubectl: "needs a cluster; what it is given is in test/kubernetes",
  printf: "the shell's own",
  runuser: "needs root; what it runs is looked at by itself",
  sh: "needs a release; test/packaging/install.test.ts runs install.sh",
  sha256sum: "the system's own",
  systemctl: "needs systemd; test/kubernetes/vm-unit.ts runs the unit's command",
};

/** Examples that are no script: what a program prints, an answer of the API, a template, a picture. By their first line. */
const SHOWN: readonly RegExp[] = [
  /^(?:GET|POST) \//,
  /^[{[]/,
  /^Silenced by /,
  /^HeartbeatMissing\{/,
  /^\{\{/,
  // TypeScript, which is looked at below.
  /^import /,
  /^rediss?:\/\//,
  /^memory of each server/,
  /^alert, silence, /,
];

const isConfiguration = ({ language, text }: Example) =>
  language === "yaml" || (language === "" && /^(?:#.*\n|\s)*\w+:\s/.test(text));
const scripts = PAGES.flatMap(examplesOf).filter(
  (example) =>
    ["", "sh"].includes(example.language) &&
    !isConfiguration(example) &&
    !SHOWN.some((pattern) => pattern.test(example.text)),
);

/** The commands in an example: all of a script; where what they print is shown as well, the lines that begin with `$`. */
function typed({ text }: Example): readonly (readonly string[])[] {
  const isSession = /^\$ /m.test(text);
  const before = isSession ? text.slice(0, text.search(/^\$ /m)) : text;
  const script = before + Array.from(text.matchAll(/^\$ (.*\n)/gm), ([, line = ""]) => line).join("");
  // What may be left out is given.
  return commandsOf(script.replaceAll(/\[(--[^\]]*)\]/g, "$1"));
}

/** What is wrong with a command; undefined for nothing. */
function problemOf(words: readonly string[]): string | undefined {
  const [program = "", ...args] = words;
  if (program in NOT_OURS) {
    // What is run inside or as somebody else is ours again.
    const ours = args.findIndex((word) => word === "alertmanager" || word === "amtool");
    const isRun = (program === "kubectl" || program === "runuser") && ours !== -1;
    return isRun ? problemOf(args.slice(args.lastIndexOf("--") + 1)) : undefined;
  }
  if (/^(?:dist\/)?(?:alertmanager|amtool)$/.test(program)) {
    const outcome = parsed(words);
    return outcome.kind === "error" ? outcome.message : undefined;
  }
  try {
    accessSync(join(ROOT, program), constants.X_OK);
  } catch {
    return `${program} is no program of ours, and not among those that are not run`;
  }
  for (const file of args.filter((word) => /^(?:test|src|examples)\//.test(word))) accessSync(join(ROOT, file));
  if (program !== "scripts/start") return undefined;
  const outcome = readFlags(args, "alertmanager", () => 80);
  return outcome.kind === "error" ? outcome.message : undefined;
}

const FILES = [
  "FILE",
  "OLD",
  "NEW",
  "alertmanager.yml",
  "new.yml",
  "plus.yml",
  "alerts.json",
  "silences.json",
  "alertmanager.ndjson.gz",
];

/** As `problemOf`, where the files are that the docs name. */
function problemAmongFiles(words: readonly string[]): string | undefined {
  const before = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-docs-"));
  try {
    for (const file of FILES) writeFileSync(join(directory, file), "");
    process.chdir(directory);
    return problemOf(words);
  } finally {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  }
}

describe("a command in the docs is one there is", () => {
  const commands = scripts.flatMap((example) =>
    typed(example).map((words) => [`${example.page}:${example.line} ${words.join(" ")}`, words] as const),
  );

  test("there are some of each", () => {
    const programs = new Set(commands.map(([, [program = ""]]) => program));
    expect([...programs]).toContain("amtool");
    expect([...programs]).toContain("alertmanager");
    expect([...programs]).toContain("scripts/start");
    expect(Object.keys(NOT_OURS).filter((program) => !programs.has(program))).toEqual([]);
  });

  test.each(commands)("%s", (_, words) => {
    expect(problemAmongFiles(words)).toBeUndefined();
  });
});

test("the plugin in the docs is a plugin", () => {
  const plugin = examplesOf("docs/plugins.md").find(({ text }) => text.startsWith("import "));
  const { imports, exports } = new Bun.Transpiler({ loader: "ts" }).scan(plugin?.text ?? "");
  expect(exports).toEqual(["default"]);
  expect(imports).toEqual([]);
});

test.each([
  [["amtool", "explain", "--colour"], "unknown long flag '--colour'"],
  [["alertmanager", "--storage.paht=data/"], "unknown long flag '--storage.paht'"],
  [["kubectl", "exec", "am-0", "--", "alertmanager", "backup", "--out=x"], "unknown long flag '--out'"],
  [["nosuch", "--help"], "nosuch is no program of ours, and not among those that are not run"],
])("%p is refused", (words, problem) => {
  expect(problemAmongFiles(words)).toBe(problem);
});
