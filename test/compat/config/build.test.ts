import { describe, expect, test } from "bun:test";
import { dialerMetrics } from "../../../src/metrics/dialer.ts";
import { register } from "../../../src/metrics/registration.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { createMatcherParser } from "../../../src/core/model/matcher-parse.ts";
import { buildReceivers } from "../../../src/notify/registry.ts";
import { parseTemplates, parseTemplateSyntax } from "../../../src/template/index.ts";
import { CASES } from "./cases/index.ts";
import { BASE_DIR, readGolden } from "./golden.ts";

/* What loads but is refused when its receivers are built: the texts the real Alertmanager's reload was recorded to give. */

const PREFIX = "failed to reload config: ";
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The recorded refusals, but for tracing, which is no receiver's. */
function refusals(): (readonly [name: string, yaml: string, message: string])[] {
  return Object.entries(CASES).flatMap(([file, cases]) => {
    const golden = readGolden(file);
    return cases.flatMap(({ name, yaml }) => {
      const answer = golden.get(name);
      if (answer === undefined || !("notApplied" in answer) || name.startsWith("tracing")) return [];
      return [[name, yaml, answer.notApplied.slice(PREFIX.length)] as const];
    });
  });
}

describe("building the receivers is refused", () => {
  test.each(refusals())("%s", (_, yaml, message) => {
    const { config } = loadConfig(yaml, {
      baseDir: BASE_DIR,
      parser: createMatcherParser("fallback", () => undefined),
      checkTemplate: (text) => parseTemplateSyntax(text, "builtin"),
    });
    const deps = {
      templates: parseTemplates([]),
      externalUrl: "http://localhost:9093",
      dialer: dialerMetrics(register([])),
      log: log as never,
      environment: {},
    };

    expect(() => buildReceivers(config, new Set(["r"]), deps)).toThrow(new Error(message));
  });
});
