import type { Config } from "../config/index.ts";
import type { PlusConfig } from "../config/plus.ts";
import type { EngineConfig } from "../dispatch/engine.ts";

/** What the engine takes of our own settings for sending. @throws Error naming a receiver that is not in the configuration */
export function publishingSettings(
  { receivers }: Config,
  plus: PlusConfig,
  plusFile: string,
): Pick<EngineConfig, "fallback" | "rateLimits"> {
  const { fallback, rate_limit } = plus.publishing;
  const { routes, webhooks } = plus.classification;
  const names = new Set(receivers.map(({ name }) => name));
  const named: [key: string, receiver: string][] = [
    ...(fallback === "" ? [] : [["publishing.fallback", fallback] satisfies [string, string]]),
    ...[...rate_limit.keys()].map((name): [string, string] => ["publishing.rate_limit", name]),
    ...routes.map(({ receiver }, i): [string, string] => [`classification.routes[${i}].receiver`, receiver]),
    ...webhooks.map((name, i): [string, string] => [`classification.webhooks[${i}]`, name]),
  ];
  for (const [key, name] of named) {
    if (names.has(name)) continue;
    throw new Error(`${plusFile}: ${key}: receiver ${JSON.stringify(name)} is not in the configuration`);
  }
  return { fallback: fallback === "" ? undefined : fallback, rateLimits: rate_limit };
}
