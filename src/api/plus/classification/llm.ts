import { Type } from "@sinclair/typebox";
import type { LLMStatus } from "../../../server/classification.ts";

export const LLM = Type.Object(
  { enabled: Type.Boolean(), provider: Type.Optional(Type.String()), model: Type.Optional(Type.String()) },
  { additionalProperties: true },
);

/** Which language model is asked, and how it does. Addresses and keys stay where they are. */
export function llmStatus(status: LLMStatus | undefined) {
  if (status === undefined) return { enabled: false };
  const { settings, breaker, budget } = status;
  const { provider, model, budget: limits } = settings;
  return {
    enabled: true,
    provider,
    model,
    breaker,
    budget: limits,
    remaining: { requests: budget.remainingRequests, usd: budget.remainingUsd },
    spentUsd: budget.spentUsd,
  };
}
