import type { Abilities, LLMServerRequest, Reply } from "./llm-server.ts";

export type Protocol = "openai" | "azure" | "anthropic";

type Body = Readonly<Record<string, unknown>>;
type Answer = Extract<Reply, { kind: "answer" }>;

interface Turn {
  readonly role: string;
  readonly content: string | readonly { readonly text: string }[];
}

interface ProtocolRules {
  readonly name: Protocol;
  readonly path: RegExp;
  prompt(body: Body): { readonly system: string; readonly turns: readonly string[] };
  /** The error for what the endpoint does not take, as real ones word it. */
  refuse(request: LLMServerRequest, key: string, able: Abilities): Reply | undefined;
}

const DEPLOYMENT = /^\/openai\/deployments\/[^/]+\/chat\/completions$/;

export const PROTOCOLS: readonly ProtocolRules[] = [
  {
    name: "azure",
    path: DEPLOYMENT,
    prompt: chatPrompt,
    refuse(request, key, able) {
      if (!request.query.has("api-version")) return failure(404, "Resource not found", "404");
      if (!keyFits(request.headers.get("api-key"), key)) return failure(401, "Access denied", "401");
      return chatRefusal(request.body, able);
    },
  },
  {
    name: "openai",
    path: /\/chat\/completions$/,
    prompt: chatPrompt,
    refuse(request, key, able) {
      const given = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? null;
      if (key !== "" && given !== key) {
        return failure(401, `Incorrect API key provided: ${given}.`, "invalid_api_key");
      }
      return chatRefusal(request.body, able);
    },
  },
  {
    name: "anthropic",
    path: /^\/v1\/messages$/,
    prompt(body) {
      const { system = "", messages = [] } = body as { system?: Turn["content"]; messages?: Turn[] };
      return { system: text(system), turns: userTurns(messages) };
    },
    refuse({ body, headers }, key, able) {
      if (!keyFits(headers.get("x-api-key"), key)) return failure(401, "invalid x-api-key", "authentication_error");
      const invalid = (message: string) => failure(400, message, "invalid_request_error");
      if (!headers.has("anthropic-version")) return invalid("anthropic-version: header is required");
      if (body["max_tokens"] === undefined) return invalid("max_tokens: Field required");
      if (body["temperature"] !== undefined && !able.temperature) {
        return invalid("`temperature` is deprecated for this model.");
      }
      if (body["output_config"] !== undefined && !able.json_schema) {
        return invalid("output_config: Extra inputs are not permitted");
      }
      if (body["tools"] !== undefined && !able.tools) return invalid("tools: this model does not support tool use");
      return undefined;
    },
  },
];

/** A whole answer in the protocol the request came in. */
export function messageOf(request: LLMServerRequest, reply: Answer, tokensIn: number, tokensOut: number): string {
  const content = typeof reply.content === "string" ? reply.content : JSON.stringify(reply.content);
  if (request.protocol === "anthropic") return anthropicMessage(request, reply, content, tokensIn, tokensOut);
  const end = reply.end ?? "stop";
  return JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_767_614_400,
    model: request.body["model"],
    choices: [
      {
        index: 0,
        message:
          end === "refusal"
            ? { role: "assistant", content: null, refusal: content }
            : { role: "assistant", content, refusal: null },
        finish_reason: { stop: "stop", length: "length", refusal: "stop", filter: "content_filter" }[end],
      },
    ],
    usage: {
      prompt_tokens: tokensIn,
      completion_tokens: tokensOut,
      total_tokens: tokensIn + tokensOut,
      prompt_tokens_details: { cached_tokens: 0 },
    },
  });
}

function anthropicMessage(
  { body }: LLMServerRequest,
  reply: Answer,
  content: string,
  tokensIn: number,
  tokensOut: number,
): string {
  const end = reply.end ?? "stop";
  const { tool_choice } = body as { tool_choice?: { name: string } };
  const asTool = tool_choice !== undefined && end === "stop" && typeof reply.content === "object";
  return JSON.stringify({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: body["model"],
    content: asTool
      ? [{ type: "tool_use", id: "toolu_1", name: tool_choice.name, input: reply.content }]
      : [{ type: "text", text: content }],
    stop_reason: asTool
      ? "tool_use"
      : { stop: "end_turn", length: "max_tokens", refusal: "refusal", filter: "refusal" }[end],
    stop_sequence: null,
    usage: {
      input_tokens: tokensIn,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: tokensOut,
    },
  });
}

function chatPrompt(body: Body) {
  const { messages = [] } = body as { messages?: Turn[] };
  const system = messages.find(({ role }) => role === "system" || role === "developer");
  return { system: text(system?.content ?? ""), turns: userTurns(messages) };
}

function chatRefusal(body: Body, able: Abilities): Reply | undefined {
  const { response_format: format } = body as { response_format?: { type: string } };
  if (format?.type === "json_schema" && !able.json_schema) {
    return failure(
      400,
      "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
      "unsupported_value",
      "response_format",
    );
  }
  if (format?.type === "json_object" && !able.json_object) {
    return failure(400, "'response_format.type' must be 'json_schema' or 'text'", "invalid_request_error");
  }
  if (body["temperature"] !== undefined && !able.temperature) {
    return failure(
      400,
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      "unsupported_value",
      "temperature",
    );
  }
  if (body["max_completion_tokens"] !== undefined && !able.max_completion_tokens) {
    return failure(400, "Unrecognized request argument supplied: max_completion_tokens", "invalid_request_error");
  }
  return undefined;
}

function failure(status: number, message: string, code: string, param?: string): Reply {
  return { kind: "error", status, message, code, ...(param === undefined ? {} : { param }) };
}

function keyFits(given: string | null, key: string): boolean {
  return key === "" ? given !== null : given === key;
}

function userTurns(messages: readonly Turn[]): string[] {
  return messages.filter(({ role }) => role === "user").map(({ content }) => text(content));
}

function text(content: Turn["content"]): string {
  return typeof content === "string" ? content : content.map((part) => part.text).join("\n");
}
