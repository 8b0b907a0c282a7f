import { expect, test } from "bun:test";
import { compareMatchers } from "../../src/core/model/matcher.ts";
import { createMatcherParser } from "../../src/core/model/matcher-parse.ts";
import type { ParseWarning } from "../../src/core/model/matcher-parse.ts";
import type { Reading, Row } from "./matcher-table.ts";
import table from "./matchers.json";

const rows = table as unknown as Row[];

/** Reads an input as record-matchers.ts had it read. */
function read(parse: (warn: (warning: ParseWarning) => void) => string[]): Reading {
  let warning: string[] = [];
  const warn = ({ message, err, suggestion }: ParseWarning) => {
    warning = [message, err, suggestion].filter((text) => text !== undefined);
  };
  try {
    return { matchers: parse(warn), warning };
  } catch (error) {
    return { error: (error as Error).message, warning };
  }
}

test.each(["fallback", "classic", "utf8-strict"] as const)(
  "matchers are read as Alertmanager reads them in %s mode",
  (mode) => {
    const readings = rows.map(({ input }) => ({
      input,
      single: read((warn) => {
        const { name, type, value } = createMatcherParser(mode, warn).parseMatcher(input, "api");
        return [name, type, value];
      }),
      list: read((warn) =>
        createMatcherParser(mode, warn).parseMatchers(input, "config").toSorted(compareMatchers).map(String),
      ),
    }));

    expect(rows.length).toBeGreaterThan(300);
    expect(readings).toEqual(rows.map(({ input, [mode]: { single, list } }) => ({ input, single, list })));
  },
);
