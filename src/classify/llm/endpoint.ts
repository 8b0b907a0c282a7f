import type { LLMSettings } from "../../config/plus/llm.ts";

/** Where requests go. */
export interface Endpoint {
  /** Without a slash at the end. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
}

type EndpointSettings = Pick<LLMSettings, "provider" | "base_url" | "model" | "azure">;

/**
 * The base address of a provider's API, from one that may have a slash at its end, the path of the operation, and
 * parameters.
 *
 * - openai, custom: what `/chat/completions` is put behind, such as `https://api.openai.com/v1`
 * - azure: with the deployment's path, which is added to a resource's address such as `https://x.openai.azure.com`
 * - anthropic: what `/v1/messages` is put behind
 */
export function endpointOf(settings: EndpointSettings): Endpoint {
  const url = new URL(settings.base_url);
  const query = Object.fromEntries(url.searchParams);
  const path = url.pathname.replace(/\/+$/, "");
  const at = (path: string) => `${url.origin}${path}`;
  if (settings.provider === "anthropic") {
    return { url: at(path.replace(/(?:\/v1)?\/messages$/, "").replace(/\/v1$/, "")), query };
  }
  const base = path.replace(/\/chat\/completions$/, "");
  if (settings.provider !== "azure") return { url: at(base), query };
  const version = { "api-version": query["api-version"] ?? settings.azure.api_version };
  if (base.includes("/deployments/")) return { url: at(base), query: { ...query, ...version } };
  const deployment = encodeURIComponent(settings.azure.deployment);
  return {
    url: at(`${base.replace(/\/openai$/, "")}/openai/deployments/${deployment}`),
    query: { ...query, ...version },
  };
}
