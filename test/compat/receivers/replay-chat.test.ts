import { describe, expect, test } from "bun:test";
import { compareBytes } from "../../../src/core/model/labels.ts";
import type { CapturedRequest } from "./capture.ts";
import { CASES } from "./cases.ts";
import { CHATS } from "./chats.ts";
import type { GoldenStep, Outcome } from "./golden.ts";
import { readGolden, replay, type Create, type ReplayedStep } from "./replay.ts";

for (const [type, create] of Object.entries<Create>(CHATS)) {
  describe(type, () => {
    const golden = readGolden(type);
    for (const each of CASES.filter((c) => c.type === type)) {
      test(each.name, async () => {
        const recorded = golden[each.name]?.steps.map(expected) ?? [];
        let steps = await replay(each, create);
        // The alerts of a request may have been flushed one by one.
        for (const only of [0, 1]) {
          if (sameBodies(steps, recorded)) break;
          steps = await replay(each, create, { keep: (index) => index === only });
        }
        const ours: readonly GoldenStep[] = steps.map(({ requests, outcome }) => ({
          requests: requests.map(inOrder),
          outcome,
        }));
        expect(ours).toEqual(recorded);
      });
    }
  });
}

/** The order of headers has no meaning. */
function inOrder(request: CapturedRequest): CapturedRequest {
  return { ...request, headers: request.headers.toSorted(([a], [b]) => compareBytes(a, b)) };
}

/** What was recorded, but for what we do otherwise on purpose. */
function expected({ requests, outcome }: GoldenStep): GoldenStep {
  return { requests: requests.map(inOrder), outcome: expectedOutcome(outcome) };
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

function sameBodies(ours: readonly ReplayedStep[], recorded: readonly GoldenStep[]): boolean {
  return recorded.every(({ requests }, i) => requests.every(({ body }, j) => ours[i]?.requests[j]?.body === body));
}
