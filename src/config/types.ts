import type { TimeInterval } from "../core/intervals/time-interval.ts";
import type { Matcher } from "../core/model/matcher.ts";
import type {
  DiscordConfig,
  EmailConfig,
  IncidentioConfig,
  JiraConfig,
  MattermostConfig,
  MsteamsConfig,
  Msteamsv2Config,
  OpsgenieConfig,
  PagerdutyConfig,
  PushoverConfig,
  RocketchatConfig,
  SlackConfig,
  SnsConfig,
  TelegramConfig,
  VictoropsConfig,
  WebexConfig,
  WebhookConfig,
  WechatConfig,
} from "./receivers/types.ts";
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
