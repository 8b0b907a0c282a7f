import type { LLMSettings } from "../../config/plus/llm.ts";
import type { LLMClient } from "../../core/interfaces/classification.ts";
import type { Clock } from "../../dispatch/clock.ts";
import { readTrimmed } from "../../notify/http/read-file.ts";
import { createAnthropicClient } from "./anthropic.ts";
import type { Dialects } from "./dialect.ts";
import { endpointOf, type Endpoint } from "./endpoint.ts";
import type { LLMFailure } from "./failure.ts";
import { createOpenAIClient } from "./openai.ts";

export interface ClientOptions {
  /** The provider. */
  readonly name: string;
  readonly model: string;
  readonly endpoint: Endpoint;
  readonly maxTokens: number;
  readonly temperature: number;
  /** The key to send, "" for none; or why there is none. */
  readonly key: () => string | LLMFailure;
  readonly dialects: Dialects;
  readonly clock: Clock;
}

/** @param dialects what was found out about endpoints; remembers what is found out now */
export function createLLMClient(settings: LLMSettings, dialects: Dialects, clock: Clock): LLMClient {
  const { provider, model, api_key, api_key_file } = settings;
  const options: ClientOptions = {
    name: provider,
    model,
    endpoint: endpointOf(settings),
    maxTokens: settings.max_tokens,
    temperature: settings.temperature,
    key() {
      if (api_key_file === "") return api_key?.reveal() ?? "";
      try {
        return readTrimmed(api_key_file, `could not read ${api_key_file}`);
      } catch (error) {
        return { ok: false, type: "auth", retry: false, error: (error as Error).message };
      }
    },
    dialects,
    clock,
  };
  return provider === "anthropic" ? createAnthropicClient(options) : createOpenAIClient(options);
}
