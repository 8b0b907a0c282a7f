import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, PROTOCOLS, type Protocol } from "./llm-protocols.ts";

/** The answer a well-behaved model gives to any alert. */
export const GOOD_ANSWER = {
  reasoning: "The disk fills up within hours.",
  category: "storage",
  severity: "warning",
  confidence: 0.8,
  recommendations: ["Delete old snapshots.", "Grow the volume."],
};

/** What is sent back to one request. */
export type Reply =
  /** The model's text, of an object its JSON. `end` says why the text ends there. */
  | { readonly kind: "answer"; readonly content: unknown; readonly end?: "stop" | "length" | "refusal" | "filter" }
  /** An error in the shape of the protocol. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly message?: string;
      readonly code?: string;
      readonly param?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Any body at all. */
  | { readonly kind: "raw"; readonly body: string; readonly status?: number; readonly type?: string }
  /** The connection breaks in the middle of a good answer. */
  | { readonly kind: "cut" }
  /** Nothing, until the client or the server goes away. */
  | { readonly kind: "never" }
  /** A redirect, which a client with a key had better not follow. */
  | { readonly kind: "redirect"; readonly to: string };

/** What the endpoint says it can; a request for anything else is refused in the words real ones use. */
export interface Abilities {
  readonly json_schema: boolean;
  readonly json_object: boolean;
  /** Forced tool calls, in Anthropic's protocol. */
  readonly tools: boolean;
  readonly temperature: boolean;
  readonly max_completion_tokens: boolean;
}

export interface LLMServerRequest {
  readonly protocol: Protocol;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
  /** The instructions, whatever the protocol calls them. */
  readonly system: string;
  /** The first turn of the user: the alert. */
  readonly user: string;
  /** The last turn of the user; differs from the first in a request for a correction. */
  readonly last: string;
}

export type Script = (request: LLMServerRequest, index: number) => Reply | Promise<Reply>;

const ABLE: Abilities = {
  json_schema: true,
  json_object: true,
  tools: true,
  temperature: true,
  max_completion_tokens: true,
};

export function answer(content: unknown = GOOD_ANSWER): Reply {
  return { kind: "answer", content };
}

export function failing(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: "error", status, headers };
}

/** Answers the requests in turn with these, and from then on with the last one. */
export function inTurn(...replies: readonly Reply[]): Script {
  return (_, index) => replies[Math.min(index, replies.length - 1)] ?? answer();
}

/**
 * A language model's endpoint on 127.0.0.1. It speaks OpenAI's chat completions, Azure's (deployments, api-version) and
 * Anthropic's messages, each by its path, asks for the key as each does, answers as scripted and keeps every request.
 */
export class LLMServer implements AsyncDisposable {
  readonly requests: LLMServerRequest[] = [];
  script: Script;
  abilities: Abilities;
  /** Without one any key will do. */
  key = "";
  tokensIn = 700;
  tokensOut = 90;
  /** How many requests were being answered at the same time, at most. */
  busiest = 0;
  #busy = 0;
  readonly #server: Server;

  private constructor(server: Server, script: Script, abilities: Partial<Abilities>) {
    this.#server = server;
    this.script = script;
    this.abilities = { ...ABLE, ...abilities };
    server.on("request", (request, response) => void this.#serve(request, response));
  }

  static async start(script: Script = () => answer(), abilities: Partial<Abilities> = {}): Promise<LLMServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new LLMServer(server, script, abilities);
  }

  /** Without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.#busy);
    response.on("close", () => this.#busy--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", this.url);
    const protocol = PROTOCOLS.find(({ path }) => path.test(url.pathname));
    if (protocol === undefined) return end(response, 404, JSON.stringify({ error: { message: "Not Found" } }));
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const headers = new Headers(request.headers as Record<string, string>);
    const { system, turns } = protocol.prompt(body);
    const received: LLMServerRequest = {
      protocol: protocol.name,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      system,
      user: turns[0] ?? "",
      last: turns.at(-1) ?? "",
    };
    this.requests.push(received);
    const refused = protocol.refuse(received, this.key, this.abilities);
    const reply = refused ?? (await this.script(received, this.requests.length - 1));
    this.#send(response, received, reply);
  }

  #send(response: ServerResponse, request: LLMServerRequest, reply: Reply): void {
    switch (reply.kind) {
      case "never":
        return;
      case "redirect":
        response.writeHead(307, { Location: reply.to }).end();
        return;
      case "raw":
        return end(response, reply.status ?? 200, reply.body, { "Content-Type": reply.type ?? "application/json" });
      case "error": {
        const { status, message = `scripted ${status}`, code = "scripted", param = null, headers } = reply;
        const error = { message, type: code, code, param };
        return end(response, status, JSON.stringify({ type: "error", error }), headers);
      }
      case "cut": {
        const whole = messageOf(request, { kind: "answer", content: GOOD_ANSWER }, this.tokensIn, this.tokensOut);
        response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(whole) });
        response.write(whole.slice(0, whole.length / 2), () => response.destroy());
        return;
      }
      case "answer":
        return end(response, 200, messageOf(request, reply, this.tokensIn, this.tokensOut));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

function end(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(body);
}
