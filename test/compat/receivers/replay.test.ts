import { afterAll, describe, expect, test } from "bun:test";
import type { Config } from "../../../src/config/index.ts";
import { compareBytes } from "../../../src/core/model/labels.ts";
import type { AlertPublisher } from "../../../src/core/interfaces/publishing.ts";
import { buildReceivers } from "../../../src/notify/registry.ts";
import { createSns } from "../../../src/notify/sns.ts";
import type { CapturedRequest } from "./capture.ts";
import { CASES } from "./cases.ts";
import { createAuthority } from "./certificates.ts";
import { CAPTURE_NAMES, shorten, type GoldenStep, type Outcome } from "./golden.ts";
import { readGolden, replay, type Create } from "./replay.ts";

const authority = createAuthority();
const tls = { certificate: authority.issue("capture", CAPTURE_NAMES), caFile: authority.caFile };
afterAll(() => authority.remove());

/** As the server builds them, but that nothing is waited for. */
const create: Create = (receiver, deps) => {
  const [sns] = receiver.sns_configs;
  if (sns !== undefined) return createSns(sns, deps, async () => {});
  const config = { receivers: [receiver] } as unknown as Config;
  const [target] = buildReceivers(config, new Set([receiver.name]), deps).targets(receiver.name);
  return target?.publisher as AlertPublisher;
};

for (const type of new Set(CASES.map((each) => each.type))) {
  describe(type, () => {
    const golden = readGolden(type);
    for (const each of CASES.filter((c) => c.type === type)) {
      test(each.name, async () => {
        const steps = await replay(each, create, { tls });
        const ours: readonly GoldenStep[] = steps.map(({ requests, outcome }) => ({
          requests: requests.map(comparable),
          outcome,
        }));
        expect(shorten(ours)).toEqual(golden[each.name]?.steps.map(expected) ?? []);
      });
    }
  });
}

/** The order of headers has no meaning, and ours has one more. */
function comparable({ via, ...request }: CapturedRequest): CapturedRequest {
  const headers = inOrder(request.headers.filter(([name]) => name !== "Idempotency-Key"));
  return { ...request, headers, ...(via === undefined ? {} : { via: { ...via, headers: inOrder(via.headers) } }) };
}

function inOrder(headers: CapturedRequest["headers"]): CapturedRequest["headers"] {
  return headers.toSorted(([a], [b]) => compareBytes(a, b));
}

/** What was recorded, but for what we do otherwise on purpose. */
function expected({ requests, outcome }: GoldenStep): GoldenStep {
  return { requests: requests.map(comparable), outcome: expectedOutcome(outcome) };
}

function expectedOutcome(outcome: Outcome): Outcome {
  if (outcome.ok) return { ok: true };
  // Every receiver's 429 is worth another try.
  if (outcome.reason === "rateLimited") return { ...outcome, retry: true };
  // Ours does not show the bot's token.
  if (outcome.error.startsWith("telebot: Post "))
    return { ...outcome, error: outcome.error.replace(/"[^"]*"/, '"<redacted>"') };
  return outcome;
}
