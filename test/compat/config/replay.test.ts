import { describe, expect, test } from "bun:test";
import { ConfigError, loadConfig } from "../../../src/config/index.ts";
import { createMatcherParser } from "../../../src/core/model/matcher-parse.ts";
import { parseTemplateSyntax } from "../../../src/template/index.ts";
import { CASES } from "./cases/index.ts";
import { BASE_DIR, readGolden, type Answer } from "./golden.ts";

/*
 * Every case is loaded and compared with what the real Alertmanager 0.34.0 was recorded to say (record.ts): the verdict,
 * the text of a refusal, the configuration as printed.
 */

const options = {
  baseDir: BASE_DIR,
  parser: createMatcherParser("fallback", () => undefined),
  checkTemplate: (text: string) => parseTemplateSyntax(text, "builtin"),
};

/** What loading alone can tell: what is only found when receivers are built counts as loaded. */
function ask(yaml: string): Answer {
  try {
    return { original: loadConfig(yaml, options).original };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.message };
    throw error;
  }
}

describe.each(Object.entries(CASES))("%s", (file, cases) => {
  const golden = readGolden(file);

  test.each(cases.map(({ name, yaml }) => [name, yaml] as const))("%s", (name, yaml) => {
    const answer = golden.get(name);
    if (answer === undefined) throw new Error(`${name} is not recorded: run record.ts`);
    if ("notApplied" in answer) expect(ask(yaml)).not.toHaveProperty("refused");
    else if (!("crashed" in answer)) expect(ask(yaml)).toEqual(answer);
  });
});
