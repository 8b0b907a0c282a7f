import { list, optional, refuse } from "../schema/collections.ts";
import { secretUrl } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import type {
  MattermostAttachment,
  MattermostConfig,
  MattermostField,
  MattermostPriority,
  MattermostProps,
} from "./types.ts";
import { httpNotifierFields, inheritHttp, template, type FileOf, type Integration } from "./integration.ts";
import { checkOneWebhookUrl } from "./webhook-url.ts";

type AttachmentFile = Omit<MattermostAttachment, "fields"> & { fields: (MattermostField | undefined)[] };

/** As the file has it: items given as null stay, for printing. */
export type MattermostFile = FileOf<Omit<MattermostConfig, "fields" | "attachments">, "http_config"> & {
  fields: (MattermostField | undefined)[];
  attachments: (AttachmentFile | undefined)[];
};

const field = struct<MattermostField>({
  name: "mattermost.MattermostField",
  fields: { title: string, value: string, short: optional(bool) },
  validate({ title, value }) {
    if (title === "") refuse("missing title in Mattermost field configuration");
    if (value === "") refuse("missing value in Mattermost field configuration");
  },
});

const fields = list(optional(field), "*mattermost.MattermostField");

const attachment = struct<AttachmentFile>({
  name: "mattermost.MattermostAttachment",
  fields: {
    fallback: string,
    color: string,
    pretext: string,
    text: string,
    author_name: string,
    author_link: string,
    author_icon: string,
    title: string,
    title_link: string,
    fields,
    thumb_url: string,
    footer: string,
    footer_icon: string,
    image_url: string,
  },
});

const props = struct<MattermostProps>({ name: "mattermost.MattermostProps", fields: { card: string } });

const priority = struct<MattermostPriority>({
  name: "mattermost.MattermostPriority",
  fields: { priority: string, requested_ack: bool, persistent_notifications: bool },
});

export const mattermost: Integration<MattermostFile> = {
  goName: "mattermost.MattermostConfig",
  missing: "missing mattermost config",
  type: struct<MattermostFile>({
    name: "mattermost.MattermostConfig",
    fields: {
      ...httpNotifierFields,
      webhook_url: secretUrl,
      webhook_url_file: string,
      channel: string,
      username: string,
      text: string,
      fallback: string,
      color: string,
      pretext: string,
      author_name: string,
      author_link: string,
      author_icon: string,
      title: string,
      title_link: string,
      fields,
      thumb_url: string,
      footer: string,
      footer_icon: string,
      image_url: string,
      icon_url: string,
      icon_emoji: string,
      attachments: list(optional(attachment), "*mattermost.MattermostAttachment"),
      type: string,
      props: optional(props),
      priority: optional(priority),
    },
    defaults: () => ({
      send_resolved: true,
      username: template("mattermost.default.username"),
      color: template("mattermost.default.color"),
      text: template("mattermost.default.text"),
      title: template("mattermost.default.title"),
      title_link: template("mattermost.default.titlelink"),
      fallback: template("mattermost.default.fallback"),
    }),
    validate: checkOneWebhookUrl,
  }),
  inherit(item, global) {
    inheritHttp(item, global);
    if (item.webhook_url !== undefined || item.webhook_url_file !== "") return;
    if (global.mattermost_webhook_url === undefined && global.mattermost_webhook_url_file === "") {
      refuse("missing webhook_url or webhook_url_file on mattermost_config");
    }
    item.webhook_url = global.mattermost_webhook_url;
    item.webhook_url_file = global.mattermost_webhook_url_file;
  },
};
