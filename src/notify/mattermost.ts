import type {
  MattermostAttachment,
  MattermostConfig,
  MattermostField,
  MattermostPriority,
} from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { ReceiverDeps } from "./deps.ts";
import { readText } from "./http/read-file.ts";
import { jsonReceiver, type Writer } from "./json-receiver.ts";
import type { Json } from "./json.ts";

/** Mattermost's own limit on a post, runes. */
const MAX_TEXT = 16383;

const PRIORITIES: ReadonlySet<string> = new Set(["urgent", "important", "standard"]);

/** Posts to a Mattermost incoming webhook (spec §10.16). */
export function createMattermost(config: MattermostConfig, deps: ReceiverDeps): AlertPublisher {
  return jsonReceiver("mattermost", config, deps, (writer) => {
    const url = config.webhook_url?.reveal() ?? readText(config.webhook_url_file).trim();
    if (url === "") throw new Error("webhook url missing");
    const text = (source: string) => writer.text(source) || undefined;
    const own = config.attachments.length > 0;
    const channel = text(config.channel);
    return {
      url,
      rule: { prefix: `channel ${goQuote(channel ?? "")}: ` },
      body: {
        text: own ? writer.cut("text", config.text, MAX_TEXT) || undefined : undefined,
        channel,
        username: text(config.username),
        icon_url: text(config.icon_url),
        icon_emoji: text(config.icon_emoji),
        attachments: (own ? config.attachments : [config]).map((each) => attachment(each, writer)),
        type: text(config.type),
        props: config.props?.card ? { card: text(config.props.card) } : undefined,
        priority: config.priority === undefined ? undefined : priority(config.priority, writer),
      },
    };
  });
}

function attachment(config: MattermostAttachment, writer: Writer): Json {
  const text = (source: string) => writer.text(source) || undefined;
  return {
    fallback: text(config.fallback),
    color: text(config.color),
    pretext: text(config.pretext),
    text: text(config.text),
    author_name: text(config.author_name),
    author_link: text(config.author_link),
    author_icon: text(config.author_icon),
    title: text(config.title),
    title_link: text(config.title_link),
    fields: config.fields.length === 0 ? undefined : config.fields.map((each) => field(each, writer)),
    thumb_url: text(config.thumb_url),
    footer: text(config.footer),
    footer_icon: text(config.footer_icon),
    image_url: text(config.image_url),
  };
}

function field({ title, value, short }: MattermostField, writer: Writer): Json {
  return { title: writer.text(title) || undefined, value: writer.text(value) || undefined, short };
}

/** A priority Mattermost does not know is `standard`; only others can ask for more (spec §10.16). */
function priority(config: MattermostPriority, writer: Writer): Json {
  const { log } = writer;
  const given = writer.text(config.priority).toLowerCase();
  if (given === "") return undefined;
  const known = PRIORITIES.has(given);
  const name = known ? given : "standard";
  const acknowledged = config.requested_ack && name !== "standard";
  const persistent = config.persistent_notifications && name === "urgent";
  if (!known) log.warn("Priority is set to standard due to invalid value", { priority: given });
  if (config.requested_ack && !acknowledged) {
    log.warn("RequestedAck is set to false due to priority is standard");
  }
  if (config.persistent_notifications && !persistent) {
    log.warn("PersistentNotifications is set to false due to priority is not urgent");
  }
  return {
    priority: name,
    requested_ack: acknowledged || undefined,
    persistent_notifications: persistent || undefined,
  };
}
