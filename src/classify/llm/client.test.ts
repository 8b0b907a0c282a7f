import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer, failing, GOOD_ANSWER, inTurn, LLMServer, type Reply } from "../../../test/support/llm-server.ts";
import { LLM_DEFAULTS, llmSettings, type LLMSettings } from "../../config/plus/llm.ts";
import { Secret } from "../../config/secret.ts";
import type { LLMRequest, LLMResult } from "../../core/interfaces/classification.ts";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import { ANSWER_NAME, ANSWER_SCHEMA } from "./answer.ts";
import { createLLMClient } from "./client.ts";
import type { Dialects } from "./dialect.ts";

const KEY = "sk-test-0123456789";
const TEXT = "The disk of payroll is full.";

const request: LLMRequest = {
  system: "Judge the alert.",
  data: { alert: { name: "DiskFull", annotations: { summary: TEXT, more: "<b>" } } },
  schema: ANSWER_SCHEMA,
  schemaName: ANSWER_NAME,
};
const good = { ok: true, answer: JSON.stringify(GOOD_ANSWER), tokensIn: 700, tokensOut: 90 } as const;

let server: LLMServer;
let dialects: Dialects;

beforeEach(async () => {
  server = await LLMServer.start();
  dialects = new Map();
});
afterEach(() => server[Symbol.asyncDispose]());

const PATHS = { openai: "/v1", custom: "/v1", azure: "", anthropic: "" } as const;
const PROVIDERS = ["openai", "azure", "anthropic", "custom"] as const;
type Provider = (typeof PROVIDERS)[number];

function client(provider: Provider, settings: Partial<LLMSettings> = {}) {
  const inFile: LLMSettings = {
    ...LLM_DEFAULTS,
    enabled: true,
    provider,
    base_url: server.url + PATHS[provider],
    model: "some-model",
    api_key: new Secret(KEY),
    ...settings,
  };
  return createLLMClient(
    llmSettings(inFile, {}, (file) => file),
    dialects,
    new ManualClock(),
  );
}

function ask(provider: Provider, settings?: Partial<LLMSettings>, signal = AbortSignal.timeout(5_000)) {
  return client(provider, settings).complete(request, signal);
}

const sent = (index = -1) => {
  const found = server.requests.at(index);
  if (found === undefined) throw new Error("nothing was sent");
  return found;
};

describe.each(PROVIDERS)("a client of %s", (provider) => {
  test("asks with the instructions apart from the data, and gives the answer and the tokens", async () => {
    expect(await ask(provider)).toEqual(good);

    const { system, user, body } = sent();
    expect(system).toBe("Judge the alert.");
    expect(JSON.parse(user)).toEqual(request.data);
    expect(user).not.toContain("<");
    expect(body["model"]).toBe("some-model");
    expect(body["temperature"]).toBe(0);
    expect(JSON.stringify(body)).toContain('"additionalProperties":false');
  });

  test("asks for a correction with the answer that was wrong", async () => {
    const repair = { answer: "no", problem: "/severity: expected one of critical" };
    await client(provider).complete({ ...request, repair }, AbortSignal.timeout(5_000));

    const { body, user, last } = sent();
    expect(JSON.parse(user)).toEqual(request.data);
    expect(last).toContain("/severity: expected one of critical");
    expect(body["messages"]).toContainEqual({ role: "assistant", content: "no" });
  });

  test("sends no more about this machine than it must", async () => {
    await ask(provider);

    const names = [...sent().headers.keys()].filter((name) => !/^(?:host|connection|content-length)$/.test(name));
    const own = {
      openai: ["authorization"],
      custom: ["authorization"],
      azure: ["api-key"],
      anthropic: ["anthropic-version", "x-api-key"],
    }[provider];
    const known = new Set(["accept", "accept-encoding", "content-type", "user-agent", ...own]);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(sent().headers.get("user-agent")).toBe("alertmanager-plus-plus");
  });

  const failed = (type: string, retry: boolean) => expect.objectContaining({ ok: false, type, retry });

  test.each<[string, Reply, type: string, retry: boolean]>([
    ["408", failing(408), "timeout", true],
    ["409", failing(409), "bad_request", true],
    ["429", failing(429), "rate_limited", true],
    ["a quota used up", { kind: "error", status: 429, code: "insufficient_quota" }, "rate_limited", false],
    ["500", failing(500), "server", true],
    ["529", failing(529), "server", true],
    ["400", failing(400), "bad_request", false],
    ["401", failing(401), "auth", false],
    ["403", failing(403), "auth", false],
    ["404", failing(404), "bad_request", false],
    ["422", failing(422), "bad_request", false],
    ["a page of HTML", { kind: "raw", status: 502, body: "<html>", type: "text/html" }, "server", true],
    ["a broken connection", { kind: "cut" }, "network", true],
    ["a refusal", { kind: "answer", content: "I cannot help.", end: "refusal" }, "refused", false],
    ["a filter", { kind: "answer", content: "", end: "filter" }, "refused", false],
    ["the limit of tokens", { kind: "answer", content: '{"reas', end: "length" }, "cut_off", false],
    ["what is not JSON", { kind: "raw", body: "{" }, "protocol", false],
    ["JSON of another kind", { kind: "raw", body: "[]" }, "protocol", false],
    ["null", { kind: "raw", body: "null" }, "protocol", false],
    ["a huge body", { kind: "raw", body: `{"x":"${"y".repeat(2 * 2 ** 20)}"}` }, "protocol", false],
    ["a redirect", { kind: "redirect", to: "http://127.0.0.1:1/" }, "protocol", false],
  ])("takes %s for what it is, without a word of the key or the alert", async (_, reply, type, retry) => {
    server.script = () => reply;

    const result = await ask(provider);

    expect(result).toEqual(failed(type, retry));
    expect(JSON.stringify(result)).not.toMatch(/sk-test|payroll|cannot help/);
    expect(server.requests).toHaveLength(1);
  });

  test("counts the tokens of answers that are of no use", async () => {
    server.script = () => ({ kind: "answer", content: "{", end: "length" });

    expect(await ask(provider)).toMatchObject({ type: "cut_off", usage: { tokensIn: 700, tokensOut: 90 } });
  });

  test("passes on how long it is asked to wait", async () => {
    const after = async (headers: Record<string, string>) => {
      server.script = () => failing(429, headers);
      return ((await ask(provider)) as { retryAfter?: number }).retryAfter;
    };
    expect(await after({ "Retry-After": "7" })).toBe(7_000);
    expect(await after({ "Retry-After": "Mon, 05 Jan 2026 12:00:30 GMT" })).toBe(30_000);
    expect(await after({ "Retry-After": "1", "retry-after-ms": "250" })).toBe(250);
    expect(await after({})).toBeUndefined();
  });

  test("ends with its signal", async () => {
    server.script = () => ({ kind: "never" });
    const controller = new AbortController();
    const result = ask(provider, {}, controller.signal);
    while (server.requests.length === 0) await new Promise(setImmediate);
    controller.abort();

    expect(await result).toEqual(failed("timeout", true));
    expect(await ask(provider, {}, controller.signal)).toEqual(failed("timeout", true));
  });

  test("says so when nobody is there", async () => {
    const gone = await LLMServer.start();
    const base_url = gone.url;
    await gone[Symbol.asyncDispose]();

    expect(await ask(provider, { base_url })).toEqual(failed("network", true));
  });

  test("reads the key's file for each request", async () => {
    const directory = mkdtempSync(join(tmpdir(), "llm-"));
    const file = join(directory, "key");
    const asking = client(provider, { api_key: undefined, api_key_file: file });
    const given = () => JSON.stringify(Object.fromEntries(sent().headers));
    const complete = () => asking.complete(request, AbortSignal.timeout(5_000));
    try {
      expect(await complete()).toEqual(failed("auth", false));
      writeFileSync(file, "first-key\n");
      await complete();
      expect(given()).toContain("first-key");
      writeFileSync(file, "second-key");
      await complete();
      expect(given()).toContain("second-key");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the address", () => {
  test.each<[Provider, base: string, path: string]>([
    ["openai", "/v1", "/v1/chat/completions"],
    ["openai", "/v1/", "/v1/chat/completions"],
    ["openai", "/v1/chat/completions", "/v1/chat/completions"],
    ["custom", "", "/chat/completions"],
    ["custom", "/", "/chat/completions"],
    ["custom", "/api/openai/v1/chat/completions/", "/api/openai/v1/chat/completions"],
    ["anthropic", "", "/v1/messages"],
    ["anthropic", "/", "/v1/messages"],
    ["anthropic", "/v1/", "/v1/messages"],
    ["anthropic", "/v1/messages", "/v1/messages"],
    ["azure", "", "/openai/deployments/gpt%20x/chat/completions"],
    ["azure", "/", "/openai/deployments/gpt%20x/chat/completions"],
    ["azure", "/openai/", "/openai/deployments/gpt%20x/chat/completions"],
    ["azure", "/openai/deployments/other", "/openai/deployments/other/chat/completions"],
    ["azure", "/openai/deployments/other/chat/completions", "/openai/deployments/other/chat/completions"],
  ])("of %s may be %p", async (provider, base, path) => {
    const azure = { deployment: "gpt x", api_version: "2024-10-21" };

    expect(await ask(provider, { base_url: server.url + base, azure })).toEqual(good);

    expect(sent().path).toBe(path);
  });

  test("of Azure says the version of its API, or the settings do", async () => {
    const azure = { deployment: "gpt", api_version: "2024-10-21" };
    await ask("azure", { azure });
    expect(sent().query.get("api-version")).toBe("2024-10-21");

    const base_url = `${server.url}/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview`;
    await ask("azure", { azure, base_url });
    expect(sent().query.get("api-version")).toBe("2025-04-01-preview");
  });

  test("may have parameters", async () => {
    await ask("custom", { base_url: `${server.url}/v1?team=ops` });

    expect(`${sent().path}?${sent().query}`).toBe("/v1/chat/completions?team=ops");
  });
});

describe("the key", () => {
  test.each<[Provider, header: string, value: string]>([
    ["openai", "authorization", `Bearer ${KEY}`],
    ["custom", "authorization", `Bearer ${KEY}`],
    ["azure", "api-key", KEY],
    ["anthropic", "x-api-key", KEY],
  ])("of %s is sent as %s", async (provider, header, value) => {
    server.key = KEY;

    expect(await ask(provider)).toEqual(good);

    expect(sent().headers.get(header)).toBe(value);
  });

  test("is not needed by a server of one's own", async () => {
    expect(await ask("custom", { api_key: undefined })).toEqual(good);

    expect(sent().headers.has("authorization")).toBe(false);
  });

  test.each(PROVIDERS)("that is wrong is not shown, by %s", async (provider) => {
    server.key = "another";

    const result = await ask(provider);

    expect(result).toMatchObject({ type: "auth", retry: false });
    expect(JSON.stringify(result)).not.toContain(KEY);
  });
});

describe("what an endpoint can", () => {
  const formats = () =>
    server.requests.map(({ body }) => (body["response_format"] as { type: string } | undefined)?.type ?? "text");

  async function twice(provider: Provider): Promise<LLMResult> {
    expect(await ask(provider)).toEqual(good);
    return ask(provider);
  }

  test.each(["openai", "azure", "custom"] as const)("is the strict schema first, of %s", async (provider) => {
    await twice(provider);

    expect(formats()).toEqual(["json_schema", "json_schema"]);
    expect(sent().body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "alert_classification", strict: true, schema: ANSWER_SCHEMA },
    });
  });

  test("is any JSON, then nothing, and is found out once", async () => {
    server.abilities = { ...server.abilities, json_schema: false };
    expect(await twice("openai")).toEqual(good);
    expect(formats()).toEqual(["json_schema", "json_object", "json_object"]);
    expect(sent().system).toContain(JSON.stringify(ANSWER_SCHEMA));

    dialects.clear();
    server.requests.length = 0;
    server.abilities = { ...server.abilities, json_object: false };
    expect(await twice("custom")).toEqual(good);
    expect(formats()).toEqual(["json_schema", "json_object", "text", "text"]);
    expect(sent().system).toContain(JSON.stringify(ANSWER_SCHEMA));
  });

  test("is remembered of this endpoint and model only", async () => {
    server.abilities = { ...server.abilities, json_schema: false };
    await ask("custom");
    await ask("custom", { model: "other" });

    expect(formats()).toEqual(["json_schema", "json_object", "json_schema", "json_object"]);
  });

  test("is not judged by errors of another kind", async () => {
    server.script = inTurn(failing(500), answer());
    await ask("openai");
    await ask("openai");

    expect(formats()).toEqual(["json_schema", "json_schema"]);
  });

  test("is a forced tool call, then nothing, of Anthropic's", async () => {
    server.abilities = { ...server.abilities, json_schema: false };
    expect(await twice("anthropic")).toEqual(good);
    expect(server.requests).toHaveLength(3);
    expect(sent().body["tool_choice"]).toEqual({ type: "tool", name: "alert_classification" });
    expect(sent().body["output_config"]).toBeUndefined();

    dialects.clear();
    server.abilities = { ...server.abilities, tools: false };
    expect(await ask("anthropic")).toEqual(good);
    expect(sent().body["tools"]).toBeUndefined();
    expect(sent().system).toContain(JSON.stringify(ANSWER_SCHEMA));
  });

  test("may leave out a temperature and know the limit by its older name", async () => {
    server.abilities = { ...server.abilities, temperature: false, max_completion_tokens: false };
    expect(await twice("openai")).toEqual(good);

    expect(server.requests).toHaveLength(4);
    expect(sent().body["temperature"]).toBeUndefined();
    expect(sent().body["max_tokens"]).toBe(LLM_DEFAULTS.max_tokens);
    expect(sent().body["max_completion_tokens"]).toBeUndefined();
    expect(await ask("anthropic")).toEqual(good);
  });
});

test("Anthropic is told what to keep in its prompt cache", async () => {
  await ask("anthropic");

  expect(sent().body["system"]).toEqual([
    { type: "text", text: "Judge the alert.", cache_control: { type: "ephemeral" } },
  ]);
  expect(sent().headers.get("anthropic-version")).toBe("2023-06-01");
});

test("tokens of the prompt cache are told apart", async () => {
  const usage = { input_tokens: 100, cache_read_input_tokens: 600, cache_creation_input_tokens: 50, output_tokens: 9 };
  const content = [{ type: "text", text: "{}" }];
  server.script = () => ({ kind: "raw", body: JSON.stringify({ content, stop_reason: "end_turn", usage }) });

  expect(await ask("anthropic")).toEqual({
    ok: true,
    answer: "{}",
    tokensIn: 750,
    tokensOut: 9,
    cacheRead: 600,
    cacheWrite: 50,
  });
});
