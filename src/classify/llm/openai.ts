import type { APIError, OpenAI } from "openai";
import type { LLMClient, LLMRequest, LLMResult, LLMUsage } from "../../core/interfaces/classification.ts";
import { inDialect, type Asked, type AnswerFormat, type Dialect } from "./dialect.ts";
import { endpointFetch } from "./endpoint-fetch.ts";
import type { ClientOptions } from "./client.ts";
import { protocolFailure, statusFailure, thrownFailure, type ErrorBody } from "./failure.ts";
import { asBlock, inWords, repairPrompt } from "./messages.ts";

type Completion = OpenAI.ChatCompletion;
type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

const FORMATS: readonly AnswerFormat[] = ["json_schema", "json_object", "text"];

/** Chat completions, as OpenAI, Azure and many others speak them. */
export function createOpenAIClient(options: ClientOptions): LLMClient {
  const { name, model, endpoint, dialects, clock } = options;
  const memory = {
    known: dialects,
    endpoint: `${name} ${endpoint.url} ${model}`,
    first: {
      format: "json_schema",
      // The newer name is the only one that newer models take; others than its inventor often know the older one only.
      limit: name === "custom" ? "max_tokens" : "max_completion_tokens",
      temperature: true,
    },
    formats: FORMATS,
  } as const;
  let library: Promise<Library> | undefined;

  async function ask(request: LLMRequest, dialect: Dialect, key: string, signal: AbortSignal): Promise<Asked> {
    const { client, APIError } = await (library ??= load(endpoint));
    try {
      const body = bodyOf(request, dialect, options);
      const completion = await client.chat.completions.create(body, { signal, headers: authorization(name, key) });
      return { result: read(name, completion) };
    } catch (error) {
      if (error instanceof APIError && error.status !== undefined) return failed(name, error, clock.now());
      // The library has wrapped what went wrong with the connection. Whatever else is thrown is about the response.
      if (error instanceof APIError || signal.aborted) return { result: thrownFailure(name, error, signal) };
      return { result: protocolFailure(name, "its response cannot be read") };
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

interface Library {
  readonly client: OpenAI;
  readonly APIError: typeof APIError;
}

/** Takes the library in on first use: it is large. Nothing is left to its defaults that it would read from the environment. */
async function load(endpoint: ClientOptions["endpoint"]): Promise<Library> {
  const { OpenAI, APIError } = await import("openai");
  const client = new OpenAI({
    baseURL: endpoint.url,
    defaultQuery: { ...endpoint.query },
    // Never sent: each request has its own.
    apiKey: "-",
    adminAPIKey: null,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: "off",
    fetch: endpointFetch,
  });
  return { client, APIError };
}

function authorization(name: string, key: string): Record<string, string | null> {
  if (name === "azure") return { authorization: null, "api-key": key };
  return { authorization: key === "" ? null : `Bearer ${key}` };
}

function bodyOf(request: LLMRequest, dialect: Dialect, { model, maxTokens, temperature }: ClientOptions): Body {
  const { system, data, schema, schemaName, repair } = request;
  return {
    model,
    messages: [
      { role: "system", content: dialect.format === "json_schema" ? system : inWords(system, schema) },
      { role: "user", content: asBlock(data) },
      ...(repair === undefined
        ? []
        : [
            { role: "assistant" as const, content: repair.answer },
            { role: "user" as const, content: repairPrompt(repair.problem) },
          ]),
    ],
    [dialect.limit]: maxTokens,
    ...(dialect.temperature ? { temperature } : {}),
    ...responseFormat(dialect.format, schemaName, schema),
  };
}

function responseFormat(
  format: AnswerFormat,
  name: string,
  schema: Readonly<Record<string, unknown>>,
): Pick<Body, "response_format"> {
  if (format === "json_schema") {
    return { response_format: { type: "json_schema", json_schema: { name, strict: true, schema } } };
  }
  return format === "json_object" ? { response_format: { type: "json_object" } } : {};
}

function failed(name: string, error: APIError, now: number): Asked {
  return statusFailure(name, error.status ?? 0, (error.error ?? {}) as ErrorBody, error.headers ?? new Headers(), now);
}

/** Servers that only nearly speak the protocol leave out what its types promise. */
type Partially<T> = T extends object ? { [K in keyof T]?: Partially<T[K]> | null } : T;

function read(name: string, completion: Completion): LLMResult {
  const { choices, usage: counted } = completion as Partially<Completion>;
  const choice = choices?.[0];
  const usage = usageOf(counted);
  const fail = (type: "refused" | "cut_off", what: string): LLMResult => ({
    ok: false,
    type,
    retry: false,
    error: `${name}: ${what}`,
    usage,
  });
  if (choice?.message === undefined || choice.message === null)
    return protocolFailure(name, "its response has no message");
  const { content, refusal } = choice.message;
  if (typeof refusal === "string" && refusal !== "") return fail("refused", "the model refused to answer");
  if (choice.finish_reason === "content_filter") return fail("refused", "a filter took the answer away");
  if (choice.finish_reason === "length") return fail("cut_off", "the answer ended at max_tokens");
  if (typeof content !== "string") return { ...protocolFailure(name, "its message has no text"), usage };
  return { ok: true, answer: content, ...usage };
}

function usageOf(usage: Partially<Completion["usage"]> | null): LLMUsage {
  const cacheRead = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    tokensIn: usage?.prompt_tokens ?? 0,
    tokensOut: usage?.completion_tokens ?? 0,
    ...(cacheRead > 0 ? { cacheRead } : {}),
  };
}
