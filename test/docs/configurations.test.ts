import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { parse, stringify } from "yaml";
import { readHttpConfig } from "../../src/cli/http-config-file.ts";
import { loadConfig } from "../../src/config/index.ts";
import { parsePlusConfig, readPlusConfig } from "../../src/config/plus.ts";
import { createMatcherParser } from "../../src/core/model/matcher-parse.ts";
import { parseTemplateSyntax } from "../../src/template/index.ts";
import { run } from "../support/run.ts";
import { examplesOf, PAGES, ROOT, type Example } from "./pages.ts";

type Mapping = Readonly<Record<string, unknown>>;

const UPSTREAMS = ["global", "route", "receivers", "templates", "inhibit_rules", "time_intervals", "event_recorder"];
const OURS = Object.keys(parsePlusConfig("", {}));
/** What is YAML of other programs, by its page and first key, and where it is seen to work. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "docs/clustering.md tls_server_config": "test/promises/cluster-keeps-strangers-out.test.ts",
  "docs/install.md apiVersion": "test/kubernetes/operator.test.ts",
  "docs/install.md spec": "test/kubernetes/operator.test.ts",
  "docs/migration-quick-start.md image": "test/kubernetes/operator.test.ts",
  "docs/kubernetes-targets.md apiVersion": "test/kubernetes/targets.test.ts",
};

interface Configuration extends Example {
  readonly keys: readonly string[];
}

/** The example as YAML, undefined where it is something else. */
function asConfiguration(example: Example): Configuration | undefined {
  if (!["", "yaml"].includes(example.language)) return undefined;
  if (example.language === "" && !/^(?:#.*\n|\s)*\w+:\s/.test(example.text)) return undefined;
  const value: unknown = parse(example.text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return { ...example, keys: Object.keys(value) };
}

const configurations = PAGES.flatMap(examplesOf).flatMap((example) => asConfiguration(example) ?? []);
const isAllOf = (keys: readonly string[], known: readonly string[]) => keys.every((key) => known.includes(key));

/** Loads alertmanager.yml; what an example leaves out, as it is about something else, is made up. */
function loadUpstreams({ text, keys }: Configuration): void {
  const { route, receivers = [] } = parse(text) as {
    readonly route?: { readonly receiver: string };
    readonly receivers?: readonly { readonly name: string }[];
  };
  const receiver = route?.receiver ?? receivers[0]?.name ?? "nobody";
  const whole = [
    text,
    keys.includes("route") ? "" : `route: {receiver: ${receiver}}\n`,
    keys.includes("receivers") ? "" : `receivers: [{name: ${receiver}}]\n`,
  ].join("");
  loadConfig(whole, {
    baseDir: "/",
    parser: createMatcherParser("fallback", () => {}),
    checkTemplate: (one) => parseTemplateSyntax(one, "builtin"),
  });
}

/** Reads our own file, with the variables and files it names there. */
function loadOurs({ text }: Configuration): void {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-docs-"));
  try {
    const named = (_: string, key: string, path: string) => {
      const file = join(directory, path.replaceAll("/", "_"));
      writeFileSync(file, "0123456789abcdef0123456789abcdef\n");
      return `${key}: ${file}`;
    };
    const file = join(directory, "plus.yml");
    writeFileSync(file, text.replaceAll(/(\w+_file): ([^\s,}]+)/g, named));
    const valueOf = (name: string) => (name.endsWith("_URL") ? "https://example.org/" : "secret");
    const variables = Array.from(text.matchAll(/\$\{(\w+)/g), ([, name = ""]) => [name, valueOf(name)] as const);
    readPlusConfig(file, { LLM_API_KEY: "secret", ...Object.fromEntries(variables) });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The keys of an example that a chart's values do not have. */
function unknownValues(given: Mapping, known: Mapping, above = ""): readonly string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    if (!(key in known)) return [above + key];
    const below = known[key];
    const goesOn = [value, below].every((one) => one !== null && typeof one === "object" && !Array.isArray(one));
    // An empty mapping of the chart takes whatever is passed on to something else.
    if (!goesOn || Object.keys(below as Mapping).length === 0) return [];
    return unknownValues(value as Mapping, below as Mapping, `${above}${key}.`);
  });
}

/** Checks values of the chart: those it uses, and those it passes on to our own file. */
function loadValues(configuration: Configuration): void {
  const chart = parse(readFileSync(join(ROOT, "helm/alertmanager-plus-plus/values.yaml"), "utf8")) as Mapping;
  const { plus, llm, ...given } = parse(configuration.text) as Mapping;
  expect(unknownValues(given, chart)).toEqual([]);
  const ofChart = new Set(Object.keys(chart["llm"] as Mapping));
  const passedOn = Object.entries((llm ?? {}) as Mapping).filter(([key]) => key === "enabled" || !ofChart.has(key));
  const file = {
    ...(plus as Mapping),
    ...(llm === undefined ? {} : { llm: { ...Object.fromEntries(passedOn), api_key_file: "key" } }),
    // The chart always gives the address of a database where there is one to be shared.
    ...(given["postgres"] === undefined
      ? {}
      : {
          storage: { postgres: "postgres://alerts@db.example/alerts", ...((plus as Mapping)?.["storage"] as Mapping) },
        }),
  };
  loadOurs({ ...configuration, text: stringify(file) });
}

async function load(configuration: Configuration): Promise<void> {
  const { page, text, keys } = configuration;
  if (page === "docs/kubernetes.md") loadValues(configuration);
  else if (isAllOf(keys, UPSTREAMS)) loadUpstreams(configuration);
  else if (isAllOf(keys, OURS)) loadOurs(configuration);
  else if (isAllOf(keys, ["alerting"])) await checkByPrometheus(text);
  else if (isAllOf(keys, ["authorization"])) readAmtools(text);
  else expect(Object.keys(ELSEWHERE)).toContain(`${page} ${keys[0]}`);
}

function readAmtools(text: string): void {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-docs-"));
  try {
    const file = join(directory, "http.yml");
    writeFileSync(file, text);
    readHttpConfig(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const promtool = Bun.which("promtool");
if (promtool === null) console.log("what the docs show for prometheus.yml is not checked, as there is no promtool");

async function checkByPrometheus(text: string): Promise<void> {
  if (promtool === null) return;
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-docs-"));
  try {
    writeFileSync(join(directory, "prometheus.yml"), text);
    const { code, stderr } = await run([promtool, "check", "config", "--syntax-only", "prometheus.yml"], {
      cwd: directory,
    });
    expect([code, stderr]).toEqual([0, ""]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("a configuration in the docs loads", () => {
  test("there are some of each kind", () => {
    for (const kind of [UPSTREAMS, OURS, ["alerting"]]) {
      expect(configurations.filter(({ keys }) => isAllOf(keys, kind)).length).toBeGreaterThan(1);
    }
    const shown = new Set(configurations.map(({ page, keys }) => `${page} ${keys[0]}`));
    expect(Object.keys(ELSEWHERE).filter((one) => !shown.has(one))).toEqual([]);
  });

  test.each(configurations.map((one) => [`${one.page}:${one.line}`, one] as const))("%s", async (_, one) => {
    await load(one);
  });
});

describe("a configuration beside the docs loads", () => {
  const files = [...new Glob("{examples,packaging}/**/{alertmanager,plus}.yml").scanSync({ cwd: ROOT })].sort();

  test("there are some", () => expect(files.length).toBeGreaterThan(5));

  test.each(files)("%s", (page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const configuration = { page, line: 1, language: "yaml", text, keys: Object.keys(parse(text) as Mapping) };
    if (page.endsWith("/plus.yml")) loadOurs(configuration);
    else loadUpstreams(configuration);
  });
});

test("a key that does not exist is found", async () => {
  const example = { page: "docs/x.md", line: 1, language: "yaml" };
  await expect(load({ ...example, text: "route: {receivr: a}\n", keys: ["route"] })).rejects.toThrow("receivr");
  await expect(load({ ...example, text: "history: {retain: 1d}\n", keys: ["history"] })).rejects.toThrow("retain");
  expect(unknownValues({ llm: { enable: true } }, { llm: { enabled: false } })).toEqual(["llm.enable"]);
});
