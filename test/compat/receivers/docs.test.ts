import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../../src/config/index.ts";
import { INTEGRATION_KEYS } from "../../../src/config/receivers/index.ts";
import { createMatcherParser } from "../../../src/core/model/matcher-parse.ts";
import { parseTemplateSyntax } from "../../../src/template/index.ts";

const page = readFileSync(join(import.meta.dir, "../../../docs/receivers.md"), "utf8");
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] as string);

function load(example: string) {
  const parser = createMatcherParser("fallback", () => {});
  const source = example.startsWith("route:") ? example : `route: {receiver: team}\n${example}`;
  const checkTemplate = (text: string) => parseTemplateSyntax(text, "builtin");
  return loadConfig(source, { baseDir: "/", parser, checkTemplate });
}

test("there is an example of every receiver", () => {
  const shown = new Set(examples.flatMap((example) => example.match(/\w+_configs(?=:)/g) ?? []));
  expect([...shown].sort()).toEqual([...INTEGRATION_KEYS].sort());
});

test.each(examples.map((example) => [/^ {4}(\w+_configs):/m.exec(example)?.[1], example] as const))(
  "the example of %s loads, and its templates are templates",
  (key, example) => {
    const [receiver] = load(example).config.receivers;
    expect(receiver?.[key as "webhook_configs"]).toHaveLength(1);
    for (const [text] of example.matchAll(/\{\{.*?\}\}(?=')|\{\{.*\}\}/g)) {
      expect(() => parseTemplateSyntax(text, "all")).not.toThrow();
    }
  },
);

test("the table says of each whether it is told of what is resolved, as the configuration has it", () => {
  const said = Array.from(page.matchAll(/^\| \[.*?\]\(#.*?\) \| `(\w+)` \| (yes|no) \|/gm), ([, key, told]) => [
    key,
    told,
  ]);
  const have = new Map<string, string>();
  for (const example of examples) {
    const key = /^ {4}(\w+_configs):/m.exec(example)?.[1] as (typeof INTEGRATION_KEYS)[number];
    const [receiver] = load(example.replace(/^ *send_resolved: .*\n/m, "")).config.receivers;
    have.set(key, receiver?.[key][0]?.send_resolved === true ? "yes" : "no");
  }
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(have));
});
