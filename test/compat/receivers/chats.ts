/** How the receivers of chats, issues and incidents are built for their tests. */
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
import type { Create } from "./replay.ts";

export const CHATS = {
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
} satisfies Record<string, Create>;

function first<T>(list: readonly T[]): T {
  return list[0] as T;
}
