import { describe, expect, test } from "bun:test";

import type { Logger } from "../core/interfaces/logging.ts";
import { createLogger, type LoggerOptions } from "./logger.ts";

const NOW = Date.UTC(2026, 10, 23, 12, 38, 17, 469);

function capture(options: Pick<LoggerOptions, "level" | "format">): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  return { logger: createLogger({ ...options, write: (line) => lines.push(line), now: () => NOW }), lines };
}

/** What stands after the message of a logfmt line with this attribute. */
function attrText(key: string, value: unknown): string {
  const { logger, lines } = capture({ level: "info", format: "logfmt" });
  logger.info("m", { [key]: value });
  return lines.join("").split(" msg=m ")[1]?.trimEnd() ?? "";
}

describe("logfmt", () => {
  test("has time, level, source and message before the attributes", () => {
    const { logger, lines } = capture({ level: "info", format: "logfmt" });

    logger.warn("two words", { b: 1, a: true });

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^time=2026-11-23T12:38:17\.469Z level=WARN source=logger\.test\.ts:\d+ msg="two words" b=1 a=true\n$/,
    );
  });

  test("names the line that logs, through a child logger too", () => {
    const { logger, lines } = capture({ level: "info", format: "logfmt" });
    const child = logger.with({ component: "api" });

    logger.info("a");
    child.info("b");

    const [first, second] = lines.map((line) => Number(/logger\.test\.ts:(\d+)/.exec(line)?.[1]));
    expect(second).toBe((first ?? 0) + 1);
  });

  // Each value as Go 1.26's slog.TextHandler prints it.
  test.each([
    ["", '""'],
    ["a b", '"a b"'],
    ["a=b", '"a=b"'],
    ['a"b', '"a\\"b"'],
    ["a\\b", "a\\b"],
    ["é", "é"],
    ["a\tb", '"a\\tb"'],
    ["\u00a0", '"\\u00a0"'],
    ["\u2028", '"\\u2028"'],
    ["\u200b", '"\\u200b"'],
    ["{}", "{}"],
    ["[a]", "[a]"],
    ["'x'", "'x'"],
    ["\x7f", "\x7f"],
    ["日本", "日本"],
    ["🙂", "🙂"],
    ["\ue000", '"\\ue000"'],
    ["<&>", "<&>"],
    ["\x01\b\f", '"\\x01\\b\\f"'],
    [1.5, "1.5"],
    [1e21, "1e+21"],
    [null, "<nil>"],
    [["a", "b"], '"[a b]"'],
    [{ b: "1", a: "2" }, '"map[a:2 b:1]"'],
  ])("prints %p as %s", (value, text) => {
    expect(attrText("k", value)).toBe(`k=${text}`);
  });

  test("prints an error as its message", () => {
    expect(attrText("err", new Error("x y"))).toBe('err="x y"');
  });

  test("quotes keys by the same rule", () => {
    expect(attrText("a key", 1)).toBe('"a key"=1');
  });

  test("leaves undefined out", () => {
    expect(attrText("k", undefined)).toBe("");
  });
});

describe("json", () => {
  test("is one object a line", () => {
    const { logger, lines } = capture({ level: "info", format: "json" });

    logger.with({ component: "cluster" }).error("<m>", { err: new Error("a\n\u2028"), peers: 0, list: ["x"] });

    expect(lines[0]).toMatch(
      /^\{"time":"2026-11-23T12:38:17\.469Z","level":"ERROR","source":"logger\.test\.ts:\d+","msg":"<m>",/,
    );
    expect(lines[0]).toEndWith(',"component":"cluster","err":"a\\n\\u2028","peers":0,"list":["x"]}\n');
  });
});

test("levels below the least are neither written nor enabled", () => {
  const { logger, lines } = capture({ level: "warn", format: "logfmt" });

  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");

  expect(lines.map((line) => /level=(\w+)/.exec(line)?.[1])).toEqual(["WARN", "ERROR"]);
  expect([logger.enabled("info"), logger.enabled("warn")]).toEqual([false, true]);
});
