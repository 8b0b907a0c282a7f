import type { TimeInterval } from "../core/intervals/time-interval.ts";
import type { Matcher } from "../core/model/matcher.ts";
import type { Secret } from "./secret.ts";
import type { YamlValue } from "./yaml/value.ts";

/*
 * The configuration as the rest of the server sees it: defaults filled in, global values inherited, validated.
 *
 * Keys are those of alertmanager.yml. Conventions throughout:
 * - a string that was not given is "", a number 0, a list [], a map {}; where "not given" means something else than
 *   the zero value the field may be undefined;
 * - durations are numbers of ms, Prometheus and Go durations alike; other integers are bigints, having 64 bits;
 * - a URL is its text as Go prints it after parsing, undefined when not given;
 * - a secret is undefined when not given or empty; a secret URL is a Secret holding the URL's text;
 * - a list item given as null in the file stands as the item's defaults where upstream lets it pass.
 */

export type StringMap = Readonly<Record<string, string>>;

export type TlsVersion = "TLS10" | "TLS11" | "TLS12" | "TLS13";

/** `tls_config`. Files are read when the client is built and again when they change (spec §4.6). */
export interface TlsConfig {
  readonly ca: string;
  readonly cert: string;
  readonly key: Secret | undefined;
  readonly ca_file: string;
  readonly cert_file: string;
  readonly key_file: string;
  readonly ca_ref: string;
  readonly cert_ref: string;
  readonly key_ref: string;
  readonly server_name: string;
  readonly insecure_skip_verify: boolean;
  readonly min_version: TlsVersion | undefined;
  readonly max_version: TlsVersion | undefined;
}

export interface ProxyConfig {
  /** With its password, if it has one: never print it. */
  readonly proxy_url: Secret | undefined;
  readonly no_proxy: string;
  readonly proxy_from_environment: boolean;
  readonly proxy_connect_header: Readonly<Record<string, readonly Secret[]>>;
}

export interface BasicAuth {
  readonly username: string;
  readonly username_file: string;
  readonly username_ref: string;
  readonly password: Secret | undefined;
  readonly password_file: string;
  readonly password_ref: string;
}

export interface Authorization {
  readonly type: string;
  readonly credentials: Secret | undefined;
  readonly credentials_file: string;
  readonly credentials_ref: string;
}

export interface OAuth2 extends ProxyConfig {
  readonly client_id: string;
  readonly client_secret: Secret | undefined;
  readonly client_secret_file: string;
  readonly client_secret_ref: string;
  readonly client_certificate_key_id: string;
  readonly client_certificate_key: Secret | undefined;
  readonly client_certificate_key_file: string;
  readonly client_certificate_key_ref: string;
  readonly grant_type: string;
  readonly signature_algorithm: string;
  readonly iss: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, YamlValue>>;
  readonly scopes: readonly string[];
  readonly token_url: string;
  readonly endpoint_params: StringMap;
  readonly tls_config: TlsConfig;
}

export interface HttpHeader {
  readonly values: readonly string[];
  readonly secrets: readonly Secret[];
  readonly files: readonly string[];
}

export type HttpHeaders = Readonly<Record<string, HttpHeader>>;

/** `http_config` (spec §4.6). `bearer_token` and its file have become `authorization`. */
export interface HttpConfig extends ProxyConfig {
  readonly basic_auth: BasicAuth | undefined;
  readonly authorization: Authorization | undefined;
  readonly oauth2: OAuth2 | undefined;
  readonly bearer_token: Secret | undefined;
  readonly bearer_token_file: string;
  readonly tls_config: TlsConfig;
  readonly follow_redirects: boolean;
  readonly enable_http2: boolean;
  readonly http_headers: HttpHeaders | undefined;
}

export interface HostPort {
  readonly host: string;
  readonly port: string;
}

export interface GlobalConfig {
  readonly resolve_timeout: number;
  readonly http_config: HttpConfig;
  readonly jira_api_url: string | undefined;
  readonly smtp_from: string;
  readonly smtp_hello: string;
  readonly smtp_smarthost: HostPort | undefined;
  readonly smtp_auth_username: string;
  readonly smtp_auth_password: Secret | undefined;
  readonly smtp_auth_password_file: string;
  readonly smtp_auth_secret: Secret | undefined;
  readonly smtp_auth_secret_file: string;
  readonly smtp_auth_identity: string;
  readonly smtp_require_tls: boolean;
  readonly smtp_tls_config: TlsConfig | undefined;
  readonly smtp_force_implicit_tls: boolean | undefined;
  readonly slack_api_url: Secret | undefined;
  readonly slack_api_url_file: string;
  readonly slack_app_token: Secret | undefined;
  readonly slack_app_token_file: string;
  readonly slack_app_url: string | undefined;
  readonly pagerduty_url: string | undefined;
  readonly opsgenie_api_url: string | undefined;
  readonly opsgenie_api_key: Secret | undefined;
  readonly opsgenie_api_key_file: string;
  readonly wechat_api_url: string | undefined;
  readonly wechat_api_secret: Secret | undefined;
  readonly wechat_api_secret_file: string;
  readonly wechat_api_corp_id: string;
  readonly victorops_api_url: string | undefined;
  readonly victorops_api_key: Secret | undefined;
  readonly victorops_api_key_file: string;
  readonly telegram_api_url: string | undefined;
  readonly telegram_bot_token: Secret | undefined;
  readonly telegram_bot_token_file: string;
  readonly webex_api_url: string | undefined;
  readonly rocketchat_api_url: string | undefined;
  readonly rocketchat_token: Secret | undefined;
  readonly rocketchat_token_file: string;
  readonly rocketchat_token_id: Secret | undefined;
  readonly rocketchat_token_id_file: string;
  readonly mattermost_webhook_url: Secret | undefined;
  readonly mattermost_webhook_url_file: string;
}

/** A node of `route:`. What it does not give is inherited by the routing tree (spec §3.9). */
export interface RouteConfig {
  readonly receiver: string;
  /** Undefined inherits; `...` among them groups by all labels; [] resets to one group. */
  readonly group_by: readonly string[] | undefined;
  /** `match`, `match_re` and `matchers` merged and sorted, as upstream's dispatcher does. */
  readonly matchers: readonly Matcher[];
  readonly mute_time_intervals: readonly string[];
  readonly active_time_intervals: readonly string[];
  readonly continue: boolean;
  readonly routes: readonly RouteConfig[];
  readonly group_wait: number | undefined;
  readonly group_interval: number | undefined;
  readonly repeat_interval: number | undefined;
  /** Templates by label name (spec §9.5). */
  readonly labels: StringMap;
}

export interface InhibitRuleConfig {
  readonly name: string;
  /** `source_match`, `source_match_re` and `source_matchers` merged and sorted; the target's likewise. */
  readonly source_matchers: readonly Matcher[];
  readonly target_matchers: readonly Matcher[];
  readonly equal: readonly string[];
}

export interface NamedTimeIntervals {
  readonly name: string;
  readonly time_intervals: readonly TimeInterval[];
}

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

export interface ReceiverConfig {
  readonly name: string;
  /** With `name`, which is always the receiver's own name. */
  readonly labels: StringMap;
  readonly discord_configs: readonly DiscordConfig[];
  readonly email_configs: readonly EmailConfig[];
  readonly incidentio_configs: readonly IncidentioConfig[];
  readonly pagerduty_configs: readonly PagerdutyConfig[];
  readonly slack_configs: readonly SlackConfig[];
  readonly webhook_configs: readonly WebhookConfig[];
  readonly opsgenie_configs: readonly OpsgenieConfig[];
  readonly wechat_configs: readonly WechatConfig[];
  readonly pushover_configs: readonly PushoverConfig[];
  readonly victorops_configs: readonly VictoropsConfig[];
  readonly sns_configs: readonly SnsConfig[];
  readonly telegram_configs: readonly TelegramConfig[];
  readonly webex_configs: readonly WebexConfig[];
  readonly msteams_configs: readonly MsteamsConfig[];
  readonly msteamsv2_configs: readonly Msteamsv2Config[];
  readonly jira_configs: readonly JiraConfig[];
  readonly rocketchat_configs: readonly RocketchatConfig[];
  readonly mattermost_configs: readonly MattermostConfig[];
}

export interface TracingConfig {
  readonly client_type: "http" | "grpc";
  readonly endpoint: string;
  readonly sampling_fraction: number;
  readonly insecure: boolean;
  readonly tls_config: TlsConfig | undefined;
  readonly headers: HttpHeaders | undefined;
  readonly compression: string;
  readonly timeout: number;
}

export interface EventFileOutput {
  readonly path: string;
}

/** Zero where not given; the defaults of spec §14 are the recorder's. */
export interface EventWebhookOutput {
  readonly url: Secret;
  readonly http_config: HttpConfig | undefined;
  readonly timeout: number;
  readonly workers: bigint;
  readonly max_retries: bigint;
  readonly retry_backoff: number;
  readonly batch: boolean;
  readonly batch_max_events: bigint;
  readonly batch_max_bytes: bigint;
  readonly batch_flush_interval: number;
}

export interface EventKafkaOutput {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly client_id: string;
  readonly format: string;
  readonly acks: string;
  readonly compression: string;
  readonly buffer_size: bigint;
  readonly tls_config: TlsConfig | undefined;
}

export interface EventRecorderConfig {
  readonly file_outputs: readonly EventFileOutput[];
  readonly webhook_outputs: readonly EventWebhookOutput[];
  readonly kafka_outputs: readonly EventKafkaOutput[];
  /** One empty object an output. */
  readonly stdout_outputs: readonly Readonly<Record<string, never>>[];
}

export interface Config {
  readonly global: GlobalConfig;
  readonly route: RouteConfig;
  readonly inhibit_rules: readonly InhibitRuleConfig[];
  readonly receivers: readonly ReceiverConfig[];
  /** Glob patterns, resolved against the file's directory. */
  readonly templates: readonly string[];
  /** Deprecated; shares one name space with `time_intervals`. */
  readonly mute_time_intervals: readonly NamedTimeIntervals[];
  readonly time_intervals: readonly NamedTimeIntervals[];
  /** Undefined without a `tracing` key. */
  readonly tracing: TracingConfig | undefined;
  readonly event_recorder: EventRecorderConfig;
}
