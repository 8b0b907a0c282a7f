import { expect, test } from "bun:test";
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

test("a flag that does not exist is found", () => {
  expect(
    ["storage.path", "alertmanager.url", "schema-only", "no-version-check"].filter((name) => !isOurs(name)),
  ).toEqual([]);
  expect(isOurs("storage.paht")).toBe(false);
});
