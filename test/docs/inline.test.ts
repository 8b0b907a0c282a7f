import { expect, test } from "bun:test";
import { parsePlusConfig } from "../../src/config/plus.ts";
import { isFlag, parsed } from "./command-line.ts";
import { PAGES, readPage } from "./pages.ts";
import { commandsOf } from "./shell.ts";

/** Flags of other programs, and of our scripts. */
const OF_OTHERS = new Set([
  "cluster", // what the text breaks a `--cluster.*` off to
  "from", // install.sh
  "only", // scripts/bench
  "reset-then-reuse-values", // helm
  "reuse-values", // helm
  "rounds", // scripts/bench
]);

/** What stands in backticks in the text of a page. */
const inline = (page: string) => Array.from(readPage(page).matchAll(/`([^`\n]+)`/g), ([, text = ""]) => text);

const isOurs = (name: string) =>
  OF_OTHERS.has(name) || isFlag(name) || (name.startsWith("no-") && isFlag(name.slice(3)));

const withCode = PAGES.filter((page) =>
  inline(page).some((text) => /^(?:--|(?:dist\/)?(?:amtool|alertmanager) )/.test(text)),
);

test.each(withCode)("%s: the flags it names are there", (page) => {
  const named = inline(page)
    .filter((text) => text.startsWith("--"))
    .flatMap((text) => Array.from(text.matchAll(/(?<=^|[ [])--([\w.-]*\w)(?![\w.-]*\*)/g), ([, name = ""]) => name));
  expect(named.filter((name) => !isOurs(name))).toEqual([]);
});

test.each(withCode)("%s: the commands it names are there", (page) => {
  const problems = inline(page)
    .filter((text) => /^(?:dist\/)?(?:amtool|alertmanager) /.test(text))
    .map((text) => text.replace(/^alertmanager amtool\b/, "amtool").replace(/ ?…$/, ""))
    .flatMap((text) => commandsOf(text).map((words) => ({ text, outcome: parsed(words) })))
    .filter(
      ({ outcome }) => outcome.kind === "error" && /^(?:unknown|unexpected|expected command)/.test(outcome.message),
    );
  expect(problems).toEqual([]);
});

const OURS = Object.keys(parsePlusConfig("", {}));

/** Whether our own file has a key such as `plugins[].memory`. */
function isKey(key: string): boolean {
  const inside = key
    .split(".")
    .reduceRight<unknown>(
      (value, part) => (part.endsWith("[]") ? { [part.slice(0, -2)]: [value] } : { [part]: value }),
      null,
    );
  try {
    parsePlusConfig(JSON.stringify(inside), {});
  } catch (error) {
    return !String(error).includes("unknown key");
  }
  return true;
}

const keysIn = (page: string) =>
  inline(page).filter((text) => /^\w+(?:\[\])?(?:\.\w+)+$/.test(text) && OURS.includes(text.split(/[.[]/)[0] ?? ""));

test.each(PAGES.filter((page) => keysIn(page).length > 0))(
  "%s: the keys of our own file it names are there",
  (page) => {
    // The history's file is called as its key is.
    expect(keysIn(page).filter((key) => !key.startsWith("history.db") && !isKey(key))).toEqual([]);
  },
);

test("a key that does not exist is found", () => {
  expect(["history.retain", "plugins[].mem", "kubernetes.targets.name"].filter(isKey)).toEqual([]);
  expect(isKey("storage.postgres.url")).toBe(true);
});

test("a flag that does not exist is found", () => {
  expect(
    ["storage.path", "alertmanager.url", "schema-only", "no-version-check"].filter((name) => !isOurs(name)),
  ).toEqual([]);
  expect(isOurs("storage.paht")).toBe(false);
});
