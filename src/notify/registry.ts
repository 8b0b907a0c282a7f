import type { Config, ReceiverConfig } from "../config/index.ts";
import type { AlertPublisher, PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import type { ReceiverDeps } from "./deps.ts";
import { createDiscord } from "./discord.ts";
import { createEmail } from "./email.ts";
import { createIncidentio } from "./incidentio.ts";
import { createJira } from "./jira.ts";
import { createMattermost } from "./mattermost.ts";
import { createMsteams } from "./msteams.ts";
import { createMsteamsv2 } from "./msteamsv2.ts";
import { createOpsgenie } from "./opsgenie.ts";
import { createPagerduty } from "./pagerduty.ts";
import { createPushover } from "./pushover.ts";
import { createRocketchat } from "./rocketchat.ts";
import { createSlack } from "./slack.ts";
import { createSns } from "./sns.ts";
import { createTelegram } from "./telegram.ts";
import { createVictorops } from "./victorops.ts";
import { createWebex } from "./webex.ts";
import { createWebhook } from "./webhook.ts";
import { createWechat } from "./wechat.ts";

type Kind = Exclude<keyof ReceiverConfig, "name" | "labels">;
type Build = (config: never, deps: ReceiverDeps) => AlertPublisher;

/** Upstream's names of the integrations and how each is built, in upstream's order (spec §4.5). */
const INTEGRATIONS: readonly (readonly [type: string, kind: Kind, build: Build])[] = [
  ["webhook", "webhook_configs", createWebhook],
  ["email", "email_configs", createEmail],
  ["pagerduty", "pagerduty_configs", createPagerduty],
  ["opsgenie", "opsgenie_configs", createOpsgenie],
  ["wechat", "wechat_configs", createWechat],
  ["slack", "slack_configs", createSlack],
  ["victorops", "victorops_configs", createVictorops],
  ["pushover", "pushover_configs", createPushover],
  ["sns", "sns_configs", createSns],
  ["telegram", "telegram_configs", createTelegram],
  ["discord", "discord_configs", createDiscord],
  ["webex", "webex_configs", createWebex],
  ["msteams", "msteams_configs", createMsteams],
  ["msteamsv2", "msteamsv2_configs", createMsteamsv2],
  ["jira", "jira_configs", createJira],
  ["incidentio", "incidentio_configs", createIncidentio],
  ["rocketchat", "rocketchat_configs", createRocketchat],
  ["mattermost", "mattermost_configs", createMattermost],
];

/**
 * Builds the integrations of the receivers that are used.
 *
 * @param used names of the receivers that routes lead to; the others are not built
 * @throws Error with what upstream refuses when it builds them, such as a file of TLS settings that is missing: all of the
 *   first receiver that cannot be built
 */
export function buildReceivers(config: Config, used: ReadonlySet<string>, deps: ReceiverDeps): PublisherRegistry {
  const byReceiver = new Map<string, readonly PublisherTarget[]>();
  const close = () => {
    for (const targets of byReceiver.values()) for (const { publisher } of targets) publisher.close?.();
  };
  for (const receiver of config.receivers) {
    if (!used.has(receiver.name)) continue;
    try {
      byReceiver.set(receiver.name, buildTargets(receiver, deps));
    } catch (error) {
      close();
      throw error;
    }
  }
  return { targets: (receiver) => byReceiver.get(receiver) ?? [], close };
}

function buildTargets(receiver: ReceiverConfig, deps: ReceiverDeps): PublisherTarget[] {
  const targets: PublisherTarget[] = [];
  const refused: string[] = [];
  for (const [type, kind, build] of INTEGRATIONS) {
    for (const [index, config] of receiver[kind].entries()) {
      try {
        const publisher = build(config as never, deps);
        targets.push({ receiver: receiver.name, type, index, sendResolved: config.send_resolved, publisher });
      } catch (error) {
        refused.push((error as Error).message);
      }
    }
  }
  if (refused.length === 0) return targets;
  for (const { publisher } of targets) publisher.close?.();
  throw new Error(refused.join("\n"));
}
