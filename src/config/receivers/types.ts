import type { Secret } from "../secret.ts";
import type { HostPort, HttpConfig, StringMap, TlsConfig } from "../types.ts";
import type { YamlValue } from "../yaml/value.ts";

/* The integrations of receivers, by the conventions of ../types.ts. */

/** What every integration has. */
export interface NotifierConfig {
  readonly send_resolved: boolean;
}

/** What every integration but email has: `http_config` is the global one unless the file gives one (spec §4.5). */
export interface HttpNotifierConfig extends NotifierConfig {
  readonly http_config: HttpConfig;
}

export interface DiscordConfig extends HttpNotifierConfig {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatar_url: string;
}

export interface EmailThreading {
  readonly enabled: boolean;
  readonly thread_by_date: string;
}

export interface EmailConfig extends NotifierConfig {
  readonly to: string;
  readonly from: string;
  readonly hello: string;
  readonly smarthost: HostPort;
  readonly auth_username: string;
  readonly auth_password: Secret | undefined;
  readonly auth_password_file: string;
  readonly auth_secret: Secret | undefined;
  readonly auth_secret_file: string;
  readonly auth_identity: string;
  /** By canonical name; without the Subject, To and From that sending adds. */
  readonly headers: StringMap;
  readonly html: string;
  readonly text: string;
  readonly require_tls: boolean;
  readonly tls_config: TlsConfig | undefined;
  /** Undefined: implicit on port 465, else not. */
  readonly force_implicit_tls: boolean | undefined;
  readonly threading: EmailThreading;
}

export interface IncidentioConfig extends HttpNotifierConfig {
  readonly url: string | undefined;
  readonly url_file: string;
  readonly alert_source_token: Secret | undefined;
  readonly alert_source_token_file: string;
  /** 0: no limit. */
  readonly max_alerts: bigint;
  /** 0: none. */
  readonly timeout: number;
}

export interface PagerdutyImage {
  readonly src: string;
  readonly alt: string;
  readonly href: string;
}

export interface PagerdutyLink {
  readonly href: string;
  readonly text: string;
}

export interface PagerdutyConfig extends HttpNotifierConfig {
  readonly service_key: Secret | undefined;
  readonly service_key_file: string;
  readonly routing_key: Secret | undefined;
  readonly routing_key_file: string;
  readonly url: string;
  readonly client: string;
  readonly client_url: string;
  readonly description: string;
  /** The defaults firing, resolved, num_firing and num_resolved included. */
  readonly details: Readonly<Record<string, YamlValue>>;
  readonly images: readonly PagerdutyImage[];
  readonly links: readonly PagerdutyLink[];
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  readonly timeout: number;
}

export interface SlackField {
  readonly title: string;
  readonly value: string;
  readonly short: boolean | undefined;
}

export interface SlackConfirmationField {
  readonly text: string;
  readonly title: string;
  readonly ok_text: string;
  readonly dismiss_text: string;
}

export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm: SlackConfirmationField | undefined;
}

export interface SlackConfig extends HttpNotifierConfig {
  readonly api_url: Secret | undefined;
  readonly api_url_file: string;
  readonly app_token: Secret | undefined;
  readonly app_token_file: string;
  readonly app_url: string;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly title_link: string;
  readonly pretext: string;
  readonly text: string;
  readonly message_text: string;
  readonly fields: readonly SlackField[];
  readonly short_fields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callback_id: string;
  readonly icon_emoji: string;
  readonly icon_url: string;
  readonly image_url: string;
  readonly thumb_url: string;
  readonly link_names: boolean;
  readonly mrkdwn_in: readonly string[];
  readonly actions: readonly SlackAction[];
  readonly update_message: boolean;
  readonly timeout: number;
}

export interface WebhookConfig extends HttpNotifierConfig {
  /** A URL, or a template of one. */
  readonly url: Secret | undefined;
  readonly url_file: string;
  /** 0: no limit. */
  readonly max_alerts: bigint;
  readonly timeout: number;
  /** Undefined: the default body (spec §10.2). */
  readonly payload: YamlValue | undefined;
}

export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly type: string;
}

export interface OpsgenieConfig extends HttpNotifierConfig {
  readonly api_key: Secret | undefined;
  readonly api_key_file: string;
  /** Ends in a slash. */
  readonly api_url: string;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: StringMap;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[];
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly update_alerts: boolean;
}

export interface WechatConfig extends HttpNotifierConfig {
  readonly api_secret: Secret | undefined;
  readonly api_secret_file: string;
  readonly corp_id: string;
  readonly message: string;
  /** Ends in a slash. */
  readonly api_url: string;
  readonly to_user: string;
  readonly to_party: string;
  readonly to_tag: string;
  readonly agent_id: string;
  readonly message_type: string;
}

export interface PushoverConfig extends HttpNotifierConfig {
  readonly user_key: Secret | undefined;
  readonly user_key_file: string;
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly title: string;
  readonly message: string;
  readonly url: string;
  readonly url_title: string;
  readonly device: string;
  readonly sound: string;
  readonly priority: string;
  readonly retry: number;
  readonly expire: number;
  readonly ttl: number;
  readonly html: boolean;
  readonly monospace: boolean;
}

export interface VictoropsConfig extends HttpNotifierConfig {
  readonly api_key: Secret | undefined;
  readonly api_key_file: string;
  /** Ends in a slash. */
  readonly api_url: string;
  readonly routing_key: string;
  readonly message_type: string;
  readonly state_message: string;
  readonly entity_display_name: string;
  readonly monitoring_tool: string;
  readonly custom_fields: StringMap;
}

export interface Sigv4Config {
  readonly region: string;
  readonly access_key: string;
  readonly secret_key: Secret | undefined;
  readonly profile: string;
  readonly role_arn: string;
  readonly external_id: string;
  readonly use_fips_sts_endpoint: boolean;
  readonly service_name: string;
}

export interface SnsConfig extends HttpNotifierConfig {
  readonly api_url: string;
  readonly sigv4: Sigv4Config;
  readonly topic_arn: string;
  readonly phone_number: string;
  readonly target_arn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: StringMap;
  readonly use_aws_http_client: boolean;
}

export interface TelegramConfig extends HttpNotifierConfig {
  readonly api_url: string;
  readonly bot_token: Secret | undefined;
  readonly bot_token_file: string;
  /** Signed 64 bit; 0: see `chat_id_file`. */
  readonly chat_id: bigint;
  readonly chat_id_file: string;
  readonly message_thread_id: bigint;
  readonly message: string;
  readonly disable_notifications: boolean;
  readonly parse_mode: string;
}

export interface WebexConfig extends HttpNotifierConfig {
  readonly api_url: string;
  readonly message: string;
  readonly room_id: string;
}

export interface MsteamsConfig extends HttpNotifierConfig {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

export interface Msteamsv2Config extends HttpNotifierConfig {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly title: string;
  readonly text: string;
}

export interface JiraFieldConfig {
  readonly template: string;
  /** Undefined counts as true. */
  readonly enable_update: boolean | undefined;
}

export interface JiraConfig extends HttpNotifierConfig {
  readonly api_url: string;
  readonly api_type: string;
  readonly project: string;
  readonly summary: JiraFieldConfig;
  readonly description: JiraFieldConfig;
  readonly labels: readonly string[];
  readonly priority: string;
  readonly issue_type: string;
  readonly reopen_transition: string;
  readonly resolve_transition: string;
  readonly wont_fix_resolution: string;
  readonly reopen_duration: number;
  readonly fields: Readonly<Record<string, YamlValue>>;
}

export interface RocketchatField {
  readonly short: boolean | undefined;
  readonly title: string;
  readonly value: string;
}

/** In the file its keys are the lower-case names without underscores (`imageurl`, `iswebview`): upstream gives no YAML names. */
export interface RocketchatAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly imageurl: string;
  readonly iswebview: boolean;
  readonly webviewheightratio: string;
  readonly msg: string;
  readonly msginchatwindow: boolean;
  readonly msgprocessingtype: string;
}

export interface RocketchatConfig extends HttpNotifierConfig {
  readonly api_url: string;
  readonly token_id: Secret | undefined;
  readonly token_id_file: string;
  readonly token: Secret | undefined;
  readonly token_file: string;
  readonly channel: string;
  readonly color: string;
  readonly title: string;
  readonly title_link: string;
  readonly text: string;
  readonly fields: readonly RocketchatField[];
  readonly short_fields: boolean;
  readonly emoji: string;
  readonly icon_url: string;
  readonly image_url: string;
  readonly thumb_url: string;
  readonly link_names: boolean;
  readonly actions: readonly RocketchatAction[];
}

export interface MattermostField {
  readonly title: string;
  readonly value: string;
  readonly short: boolean | undefined;
}

export interface MattermostAttachment {
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly text: string;
  readonly author_name: string;
  readonly author_link: string;
  readonly author_icon: string;
  readonly title: string;
  readonly title_link: string;
  readonly fields: readonly MattermostField[];
  readonly thumb_url: string;
  readonly footer: string;
  readonly footer_icon: string;
  readonly image_url: string;
}

export interface MattermostProps {
  readonly card: string;
}

export interface MattermostPriority {
  readonly priority: string;
  readonly requested_ack: boolean;
  readonly persistent_notifications: boolean;
}

export interface MattermostConfig extends HttpNotifierConfig {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly channel: string;
  readonly username: string;
  readonly text: string;
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly author_name: string;
  readonly author_link: string;
  readonly author_icon: string;
  readonly title: string;
  readonly title_link: string;
  readonly fields: readonly MattermostField[];
  readonly thumb_url: string;
  readonly footer: string;
  readonly footer_icon: string;
  readonly image_url: string;
  readonly icon_url: string;
  readonly icon_emoji: string;
  readonly attachments: readonly MattermostAttachment[];
  readonly type: string;
  readonly props: MattermostProps | undefined;
  readonly priority: MattermostPriority | undefined;
}
