import type { LLMClient, LLMRequest, LLMResult, LLMUsage } from "../../core/interfaces/classification.ts";
import type { ClientOptions } from "./client.ts";
import { inDialect, type Asked, type AnswerFormat, type Dialect } from "./dialect.ts";
import { endpointFetch } from "./endpoint-fetch.ts";
import { protocolFailure, statusFailure, thrownFailure, type ErrorBody } from "./failure.ts";
import { asBlock, inWords, repairPrompt } from "./messages.ts";

// https://docs.anthropic.com/en/api/versioning
const VERSION = "2023-06-01";

const FORMATS: readonly AnswerFormat[] = ["json_schema", "tool", "text"];

/** As much of a response as is looked at. */
interface Message {
  readonly content?: readonly { readonly type?: string; readonly text?: string; readonly input?: unknown }[];
  readonly stop_reason?: string;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly error?: ErrorBody;
}

/** Anthropic's Messages API. */
export function createAnthropicClient(options: ClientOptions): LLMClient {
  const { name, model, endpoint, dialects, clock } = options;
  const memory = {
    known: dialects,
    endpoint: `${name} ${endpoint.url} ${model}`,
    first: { format: "json_schema", limit: "max_tokens", temperature: true },
    formats: FORMATS,
  } as const;
  const url = new URL(`${endpoint.url}/v1/messages`);
  for (const [name, value] of Object.entries(endpoint.query)) url.searchParams.set(name, value);

  async function ask(request: LLMRequest, dialect: Dialect, key: string, signal: AbortSignal): Promise<Asked> {
    try {
      const response = await endpointFetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key, "anthropic-version": VERSION },
        body: JSON.stringify(bodyOf(request, dialect, options)),
        signal,
      });
      const text = await response.text();
      if (!response.ok) {
        return statusFailure(name, response.status, errorIn(text), response.headers, clock.now());
      }
      return { result: read(name, JSON.parse(text) as Message | null) };
    } catch (error) {
      return { result: thrownFailure(name, error, signal) };
    }
  }

  return {
    name,
    model,
    async complete(request, signal) {
      const key = options.key();
      if (typeof key !== "string") return key;
      return inDialect(memory, (dialect) => ask(request, dialect, key, signal));
    },
  };
}

function bodyOf(request: LLMRequest, { format, temperature: taken }: Dialect, options: ClientOptions): unknown {
  const { system, data, schema, schemaName, repair } = request;
  const { model, maxTokens, temperature } = options;
  return {
    model,
    max_tokens: maxTokens,
    ...(taken ? { temperature } : {}),
    // What is the same for every alert stays in the endpoint's cache: the tools, which come before it, with it.
    system: [
      {
        type: "text",
        text: format === "text" ? inWords(system, schema) : system,
        cache_control: { type: "ephemeral" },
      },
    ],
    ...(format === "json_schema" ? { output_config: { format: { type: "json_schema", schema } } } : {}),
    ...(format === "tool"
      ? {
          tools: [{ name: schemaName, description: "Takes the answer.", input_schema: schema }],
          tool_choice: { type: "tool", name: schemaName },
        }
      : {}),
    messages: [
      { role: "user", content: asBlock(data) },
      ...(repair === undefined
        ? []
        : [
            // A turn must not be blank.
            { role: "assistant", content: repair.answer.trim() === "" ? "(nothing)" : repair.answer },
            { role: "user", content: repairPrompt(repair.problem) },
          ]),
    ],
  };
}

function errorIn(text: string): ErrorBody {
  try {
    return (JSON.parse(text) as Message | null)?.error ?? {};
  } catch {
    return {};
  }
}

function read(name: string, message: Message | null): LLMResult {
  const { content, stop_reason: stop, usage: counted = {} } = message ?? {};
  const usage = usageOf(counted);
  if (stop === "refusal") {
    return { ok: false, type: "refused", retry: false, error: `${name}: the model refused to answer`, usage };
  }
  if (stop === "max_tokens" || stop === "model_context_window_exceeded") {
    return { ok: false, type: "cut_off", retry: false, error: `${name}: the answer ended at max_tokens`, usage };
  }
  if (!Array.isArray(content)) return protocolFailure(name, "its response has no content");
  const parts = content as NonNullable<Message["content"]>;
  const tool = parts.find(({ type }) => type === "tool_use");
  if (tool !== undefined) return { ok: true, answer: JSON.stringify(tool.input ?? null), ...usage };
  const texts = parts.filter(({ type }) => type === "text").map(({ text }) => text ?? "");
  return { ok: true, answer: texts.join(""), ...usage };
}

function usageOf(usage: Readonly<Record<string, unknown>>): LLMUsage {
  const count = (name: string) => (typeof usage[name] === "number" ? usage[name] : 0);
  const cacheRead = count("cache_read_input_tokens");
  const cacheWrite = count("cache_creation_input_tokens");
  return {
    // Those of the cache are counted apart from the others here.
    tokensIn: count("input_tokens") + cacheRead + cacheWrite,
    tokensOut: count("output_tokens"),
    ...(cacheRead > 0 ? { cacheRead } : {}),
    ...(cacheWrite > 0 ? { cacheWrite } : {}),
  };
}
