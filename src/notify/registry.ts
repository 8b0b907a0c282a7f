import type { Config, ReceiverConfig } from "../config/index.ts";
import type { AlertPublisher, PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import type { ReceiverDeps } from "./deps.ts";
import { createDiscord } from "./discord.ts";
import { createIncidentio } from "./incidentio.ts";
import { createJira } from "./jira.ts";
import { createMattermost } from "./mattermost.ts";
import { createMsteams } from "./msteams.ts";
import { createMsteamsv2 } from "./msteamsv2.ts";
import { createRocketchat } from "./rocketchat.ts";
import { createTelegram } from "./telegram.ts";
import { createWebex } from "./webex.ts";
import { createWebhook } from "./webhook.ts";
import { createWechat } from "./wechat.ts";

type Kind = Exclude<keyof ReceiverConfig, "name" | "labels">;
type Build = (config: never, deps: ReceiverDeps) => AlertPublisher;

/** Upstream's names of the integrations and how each is built, in upstream's order (spec §4.5). */
const INTEGRATIONS: readonly (readonly [type: string, kind: Kind, build: Build])[] = [
  ["webhook", "webhook_configs", createWebhook],
  ["email", "email_configs", unavailable("email")],
  ["pagerduty", "pagerduty_configs", unavailable("pagerduty")],
  ["opsgenie", "opsgenie_configs", unavailable("opsgenie")],
  ["wechat", "wechat_configs", createWechat],
  ["slack", "slack_configs", unavailable("slack")],
  ["victorops", "victorops_configs", unavailable("victorops")],
  ["pushover", "pushover_configs", unavailable("pushover")],
  ["sns", "sns_configs", unavailable("sns")],
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
 * @throws Error with what upstream refuses when it builds them, such as a file of TLS settings that is missing
 */
export function buildReceivers(config: Config, used: ReadonlySet<string>, deps: ReceiverDeps): PublisherRegistry {
  const byReceiver = new Map<string, readonly PublisherTarget[]>();
  for (const receiver of config.receivers) {
    if (used.has(receiver.name)) byReceiver.set(receiver.name, buildTargets(receiver, deps));
  }
  return {
    targets: (receiver) => byReceiver.get(receiver) ?? [],
    close() {
      for (const targets of byReceiver.values()) for (const { publisher } of targets) publisher.close?.();
    },
  };
}

/** A receiver that cannot send yet: each notification fails, counted and logged. */
function unavailable(type: string): Build {
  const error = `${type} notifications are not available in this version`;
  return () => ({ type, publish: () => Promise.resolve({ ok: false, retry: false, error, reason: "other" }) });
}

function buildTargets(receiver: ReceiverConfig, deps: ReceiverDeps): PublisherTarget[] {
  return INTEGRATIONS.flatMap(([type, kind, build]) =>
    receiver[kind].map((config, index) => ({
      receiver: receiver.name,
      type,
      index,
      sendResolved: config.send_resolved,
      publisher: build(config as never, deps),
    })),
  );
}
