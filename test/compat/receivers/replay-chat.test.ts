import { describe, expect, test } from "bun:test";
import { createDiscord } from "../../../src/notify/discord.ts";
import { createIncidentio } from "../../../src/notify/incidentio.ts";
import { createJira } from "../../../src/notify/jira.ts";
import { createMattermost } from "../../../src/notify/mattermost.ts";
import { createMsteams } from "../../../src/notify/msteams.ts";
import { createMsteamsv2 } from "../../../src/notify/msteamsv2.ts";
import { createRocketchat } from "../../../src/notify/rocketchat.ts";
import { createTelegram } from "../../../src/notify/telegram.ts";
import { createWebex } from "../../../src/notify/webex.ts";
import { createWechat } from "../../../src/notify/wechat.ts";
import type { AlertPublisher } from "../../../src/core/interfaces/publishing.ts";
import { compareBytes } from "../../../src/core/model/labels.ts";
import type { ReceiverDeps } from "../../../src/notify/deps.ts";
import type { Config } from "../../../src/config/index.ts";
import type { CapturedRequest } from "./capture.ts";
import { CASES } from "./cases.ts";
import type { GoldenStep, Outcome } from "./golden.ts";
import { readGolden, replay, type ReplayedStep } from "./replay.ts";

type Receiver = Config["receivers"][number];

const CREATE: Readonly<Record<string, (receiver: Receiver, deps: ReceiverDeps) => AlertPublisher>> = {
  discord: (r, deps) => createDiscord(first(r.discord_configs), deps),
  incidentio: (r, deps) => createIncidentio(first(r.incidentio_configs), deps),
  jira: (r, deps) => createJira(first(r.jira_configs), deps),
  mattermost: (r, deps) => createMattermost(first(r.mattermost_configs), deps),
  msteams: (r, deps) => createMsteams(first(r.msteams_configs), deps),
  msteamsv2: (r, deps) => createMsteamsv2(first(r.msteamsv2_configs), deps),
  rocketchat: (r, deps) => createRocketchat(first(r.rocketchat_configs), deps),
  telegram: (r, deps) => createTelegram(first(r.telegram_configs), deps),
  webex: (r, deps) => createWebex(first(r.webex_configs), deps),
  wechat: (r, deps) => createWechat(first(r.wechat_configs), deps),
};

for (const [type, create] of Object.entries(CREATE)) {
  describe(type, () => {
    const golden = readGolden(type);
    for (const each of CASES.filter((c) => c.type === type)) {
      test(each.name, async () => {
        const recorded = golden[each.name]?.steps.map(expected) ?? [];
        let steps = await replay(each, create);
        // The alerts of a request may have been flushed one by one.
        for (const only of [0, 1]) {
          if (sameBodies(steps, recorded)) break;
          steps = await replay(each, create, (index) => index === only);
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

function first<T>(list: readonly T[]): T {
  return list[0] as T;
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
