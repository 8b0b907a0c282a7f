import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { ConfigError } from "../error.ts";
import { parseYaml } from "../yaml/parser.ts";
import { LLM_DEFAULTS, llmSettings, readLLM } from "./llm.ts";
import { readMapping, readRoot } from "./reader.ts";

function read(text: string, environment: Record<string, string> = {}) {
  const defaults = { llm: LLM_DEFAULTS };
  const { llm } = readRoot(parseYaml(`llm: ${text}\n`), environment, readMapping(defaults, { llm: readLLM }), defaults);
  return llmSettings(llm, environment, (file) => (file === "" ? "" : `/etc/am/${file}`));
}

describe("the settings of the language model", () => {
  test("are off, and then not looked at further", () => {
    expect(read("")).toEqual(LLM_DEFAULTS);
    expect(read("{}").enabled).toBe(false);
    expect(read("{provider: azure, api_key: x, api_key_file: y}").enabled).toBe(false);
  });

  test("need a model and a key, and have defaults for the rest", () => {
    const settings = read("{enabled: true, model: gpt-5-mini, api_key: '${K}'}", { K: "sk-1", LLM_API_KEY: "sk-2" });

    expect(settings).toEqual({
      ...LLM_DEFAULTS,
      enabled: true,
      model: "gpt-5-mini",
      base_url: "https://api.openai.com/v1",
      azure: { deployment: "gpt-5-mini", api_version: "2024-10-21" },
      api_key: expect.anything(),
    });
    expect(settings.api_key?.reveal()).toBe("sk-1");
    expect(inspect(settings) + JSON.stringify(settings)).not.toContain("sk-1");
  });

  test("take the key from the environment or a file", () => {
    const environment = { LLM_API_KEY: "sk-2" };
    expect(read("{enabled: true, model: m}", environment).api_key?.reveal()).toBe("sk-2");
    const named = read("{enabled: true, model: m, api_key_file: key}", environment);
    expect([named.api_key, named.api_key_file]).toEqual([undefined, "/etc/am/key"]);
  });

  test("know the providers", () => {
    const key = { LLM_API_KEY: "k" };
    expect(read("{enabled: true, provider: anthropic, model: m}", key).base_url).toBe("https://api.anthropic.com");
    const azure = "{enabled: true, provider: azure, base_url: 'https://x.openai.azure.com', azure: {deployment: d}}";
    expect(read(azure, key)).toMatchObject({ model: "d", azure: { deployment: "d", api_version: "2024-10-21" } });
    const custom = read("{enabled: true, provider: custom, base_url: 'http://127.0.0.1:11434/v1', model: llama}");
    expect(custom.api_key).toBeUndefined();
  });

  test("may say everything", () => {
    const text = `
  enabled: true
  provider: custom
  base_url: http://llm/v1/chat/completions
  model: m
  timeout: 20s
  max_tokens: 500
  temperature: 0.2
  budget: {requests_per_minute: 10, usd_per_day: 0.5}
  prices: {m: {in: 1, out: 2.5, cache_read: 0.1}}
  redact: {labels_allow: [severity], patterns: ['(?i)acme'], emails: false}
  breaker: {failures: 2, failure_rate: 0.9, window: 10s, open_duration: 5s, slow_call: 3s}
  retry: {attempts: 2, initial: 100ms, max: 1s, attempt_timeout: 5s}
  concurrency: {calls: 1, waiting: 0}
  cache: {ttl: 1h, failure_ttl: 5s, entries: 10, size: 1MiB, varying_labels: [shard]}`;

    expect(read(text)).toEqual({
      enabled: true,
      provider: "custom",
      base_url: "http://llm/v1/chat/completions",
      api_key: undefined,
      api_key_file: "",
      model: "m",
      azure: { deployment: "m", api_version: "2024-10-21" },
      timeout: 20_000,
      max_tokens: 500,
      temperature: 0.2,
      budget: { requests_per_minute: 10, usd_per_day: 0.5 },
      prices: new Map([["m", { in: 1, out: 2.5, cache_read: 0.1 }]]),
      redact: { labels_allow: ["severity"], patterns: ["(?i)acme"], emails: false },
      breaker: { failures: 2, failure_rate: 0.9, window: 10_000, open_duration: 5_000, slow_call: 3_000 },
      retry: { attempts: 2, initial: 100, max: 1_000, attempt_timeout: 5_000 },
      concurrency: { calls: 1, waiting: 0 },
      cache: { ttl: 3_600_000, failure_ttl: 5_000, entries: 10, size: 1_048_576, varying_labels: ["shard"] },
    });
  });

  test.each([
    ["{enabled: maybe}", 'line 1: llm.enabled: "maybe" is none of true, false'],
    ["{provider: gpt}", 'line 1: llm.provider: "gpt" is none of openai, azure, anthropic, custom'],
    ["{enabled: true, api_key: k}", "llm.model: not given; expected the name of a model"],
    [
      "{enabled: true, model: m}",
      "llm.api_key: not given; expected it, api_key_file or the environment variable LLM_API_KEY",
    ],
    ["{enabled: true, model: m, provider: custom}", "llm.base_url: not given, and custom has no default"],
    ["{enabled: true, model: m, api_key: k, api_key_file: f}", "llm.api_key_file: given beside api_key"],
    [
      "{base_url: 'https://me:hunter2@llm/v1'}",
      "line 1: llm.base_url: expected a URL such as https://api.openai.com/v1 without user, password and fragment",
    ],
    ["{base_url: 'ftp://llm/hunter2'}", "line 1: llm.base_url: expected a URL"],
    ["{prices: {m: {in: 1}}}", "line 1: llm.prices.m: expected in and out, in USD per million tokens"],
    ["{prices: {m: {in: -1, out: 1}}}", 'line 1: llm.prices.m.in: "-1" is not allowed'],
    ["{redact: {patterns: ['a(']}}", "line 1: llm.redact.patterns[0]: error parsing regexp: missing closing ): `a(`"],
    ["{temperature: 3}", 'line 1: llm.temperature: "3" is not allowed: expected a number from 0 to 2'],
    ["{max_tokens: 5}", 'line 1: llm.max_tokens: "5" is not allowed: expected a whole number from 100 to 1000000'],
    ["{key: x}", "line 1: llm.key: unknown key; expected one of enabled, provider, base_url, api_key"],
  ])("are refused: %s", (text, problem) => {
    expect(() => read(text)).toThrow(ConfigError);
    expect(() => read(text)).toThrow(problem);
    expect(() => read(text)).not.toThrow("hunter2");
  });
});
