import { goQuote } from "../../core/model/goquote.ts";
import type { GlobalFile } from "../global.ts";
import { list, optional, refuse, stringMap } from "../schema/collections.ts";
import { string } from "../schema/scalars.ts";
import { shown, struct, type Field, type Fields } from "../schema/struct.ts";
import type { Type } from "../schema/type.ts";
import { discord } from "./discord.ts";
import { email } from "./email.ts";
import { incidentio } from "./incidentio.ts";
import type { Integration } from "./integration.ts";
import { jira } from "./jira.ts";
import { mattermost } from "./mattermost.ts";
import { msteams } from "./msteams.ts";
import { msteamsv2 } from "./msteamsv2.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import { pushover } from "./pushover.ts";
import { rocketchat } from "./rocketchat.ts";
import { slack } from "./slack.ts";
import { sns } from "./sns.ts";
import { telegram } from "./telegram.ts";
import { victorops } from "./victorops.ts";
import { webex } from "./webex.ts";
import { webhook } from "./webhook.ts";
import { wechat } from "./wechat.ts";

/** In the order of printing. */
const INTEGRATIONS = {
  discord_configs: discord,
  email_configs: email,
  incidentio_configs: incidentio,
  pagerduty_configs: pagerduty,
  slack_configs: slack,
  webhook_configs: webhook,
  opsgenie_configs: opsgenie,
  wechat_configs: wechat,
  pushover_configs: pushover,
  victorops_configs: victorops,
  sns_configs: sns,
  telegram_configs: telegram,
  webex_configs: webex,
  msteams_configs: msteams,
  msteamsv2_configs: msteamsv2,
  jira_configs: jira,
  rocketchat_configs: rocketchat,
  mattermost_configs: mattermost,
};

export type IntegrationKey = keyof typeof INTEGRATIONS;
export const INTEGRATION_KEYS = Object.keys(INTEGRATIONS) as IntegrationKey[];

/** The order in which upstream fills in global values: of several errors the first here is the one told. */
const INHERITANCE_ORDER: readonly IntegrationKey[] = [
  "webhook_configs",
  "email_configs",
  "slack_configs",
  "pushover_configs",
  "pagerduty_configs",
  "incidentio_configs",
  "opsgenie_configs",
  "wechat_configs",
  "victorops_configs",
  "sns_configs",
  "telegram_configs",
  "discord_configs",
  "webex_configs",
  "msteams_configs",
  "msteamsv2_configs",
  "jira_configs",
  "rocketchat_configs",
  "mattermost_configs",
];

type FileIn<K extends IntegrationKey> = (typeof INTEGRATIONS)[K] extends Integration<infer File> ? File : never;

/** A receiver as the file has it: an integration may be given as null. */
export type ReceiverFile = { name: string; labels: Record<string, string> } & {
  [K in IntegrationKey]: (FileIn<K> | undefined)[];
};

function integrationLists(): Pick<Fields<ReceiverFile>, IntegrationKey> {
  const lists: Record<string, Field<unknown[]>> = {};
  for (const key of INTEGRATION_KEYS) {
    const { type, goName } = INTEGRATIONS[key];
    lists[key] = list(optional(type as Type<unknown>), `*${goName}`);
  }
  return lists as unknown as Pick<Fields<ReceiverFile>, IntegrationKey>;
}

/** An item of `receivers` (spec §4.5). */
export const receiver = struct<ReceiverFile>({
  name: "config.Receiver",
  fields: { name: shown(string), labels: stringMap, ...integrationLists() },
  validate({ name, labels }) {
    if (name === "") refuse("missing name in receiver");
    const label = labels.name;
    if (label !== undefined && label !== name) {
      refuse(`receiver label "name" must match receiver name ${goQuote(name)}, got ${goQuote(label)}`);
    }
    labels.name = name;
  },
});

/**
 * Fills in what the receivers inherit.
 * @returns their names
 * @throws ConfigError
 */
export function inheritGlobals(receivers: readonly ReceiverFile[], global: GlobalFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const one of receivers) {
    if (names.has(one.name)) refuse(`notification config name ${goQuote(one.name)} is not unique`);
    for (const key of INHERITANCE_ORDER) {
      inheritList(one[key], INTEGRATIONS[key] as Integration<unknown>, global);
    }
    names.add(one.name);
  }
  return names;
}

function inheritList(items: readonly unknown[], integration: Integration<unknown>, global: GlobalFile): void {
  for (const item of items) {
    if (item === undefined && integration.missing !== undefined) refuse(integration.missing);
    integration.inherit(item ?? integration.type.zero(), global);
  }
}
