import { eventRecorder, type EventRecorderFile } from "./event-recorder.ts";
import { defaultGlobal, globalConfig, type GlobalFile } from "./global.ts";
import { inhibitRule, type InhibitRuleFile } from "./inhibit-rule.ts";
import { inheritGlobals, receiver, type ReceiverFile } from "./receivers/index.ts";
import { checkRoot, checkTimeIntervals, route, type RouteFile } from "./route.ts";
import { list, optional, refuse, strings } from "./schema/collections.ts";
import { shown, struct } from "./schema/struct.ts";
import { collectNames, muteTimeIntervals, namedTimeIntervals, type NamedTimeIntervalsFile } from "./time-intervals.ts";
import { tracing, type TracingFile } from "./tracing.ts";

/** alertmanager.yml as it is read and printed: the deprecated keys apart, null items in place. */
export interface ConfigFile {
  global: GlobalFile | undefined;
  route: RouteFile | undefined;
  inhibit_rules: InhibitRuleFile[];
  receivers: ReceiverFile[];
  templates: string[];
  mute_time_intervals: NamedTimeIntervalsFile[];
  time_intervals: NamedTimeIntervalsFile[];
  tracing: TracingFile;
  event_recorder: EventRecorderFile;
}

/** The whole file (spec §4.2). */
export const configFile = struct<ConfigFile>({
  name: "config.Config",
  fields: {
    global: optional(globalConfig),
    route: optional(route),
    inhibit_rules: list(inhibitRule, "common.InhibitRule"),
    receivers: list(receiver, "config.Receiver"),
    templates: shown(strings),
    mute_time_intervals: list(muteTimeIntervals, "config.MuteTimeInterval"),
    time_intervals: list(namedTimeIntervals, "config.TimeInterval"),
    tracing,
    event_recorder: eventRecorder,
  },
  validate(file) {
    const global = file.global ?? defaultGlobal();
    file.global = global;
    checkGlobal(global);
    const receivers = inheritGlobals(file.receivers, global);
    checkRoot(file.route, receivers);
    checkTimeIntervals(file.route, collectNames(file.mute_time_intervals, file.time_intervals));
  },
});

/** What excludes each other in `global` (spec §4.3), in upstream's order. */
function checkGlobal(global: GlobalFile): void {
  const atMostOne = (key: keyof GlobalFile & string) => {
    const file = `${key}_file` as keyof GlobalFile;
    if (global[key] !== undefined && global[file] !== "") refuse(`at most one of ${key} & ${file} must be configured`);
  };
  atMostOne("slack_app_token");
  atMostOne("slack_api_url");
  checkSlack(global);
  atMostOne("opsgenie_api_key");
  atMostOne("victorops_api_key");
  atMostOne("telegram_bot_token");
  atMostOne("smtp_auth_password");
  atMostOne("rocketchat_token");
  atMostOne("rocketchat_token_id");
  atMostOne("smtp_auth_secret");
  atMostOne("wechat_api_secret");
  atMostOne("mattermost_webhook_url");
}

/** A token goes with a URL only if that is the URL tokens post to. Upstream's program ends where there is a file instead. */
function checkSlack(global: GlobalFile): void {
  const hasToken = global.slack_app_token !== undefined || global.slack_app_token_file !== "";
  const hasUrl = global.slack_api_url !== undefined || global.slack_api_url_file !== "";
  if (
    hasToken &&
    hasUrl &&
    (global.slack_api_url === undefined || global.slack_api_url.reveal() !== global.slack_app_url)
  ) {
    refuse("at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured");
  }
}
