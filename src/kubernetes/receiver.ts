import { isObject, objectAt, scalarAt, textAt, type JsonObject } from "./json.ts";
import { Refusal } from "./refusal.ts";

/** A receiver's configuration with one integration, as it would stand in alertmanager.yml. */
export interface TargetReceiver {
  /** Such as `webhook_configs`. */
  readonly list: string;
  readonly item: JsonObject;
}

interface Kind {
  readonly list: string;
  /** What `url` is called there; "" where it has none. */
  readonly url: string;
  /** Of `headers`, those that are keys of the receiver's. */
  readonly keys: readonly string[];
}

const kind = (list: string, url: string, ...keys: readonly string[]): Kind => ({ list, url, keys });

/** SNS is left out: it would publish with the server's own cloud credentials. */
const KINDS: Readonly<Record<string, Kind>> = {
  webhook: kind("webhook_configs", "url"),
  slack: kind("slack_configs", "api_url", "app_token", "channel", "username"),
  pagerduty: kind("pagerduty_configs", "url", "routing_key", "service_key"),
  email: kind("email_configs", ""),
  telegram: kind("telegram_configs", "api_url", "bot_token", "chat_id", "message_thread_id", "parse_mode"),
  msteams: kind("msteams_configs", "webhook_url"),
  msteamsv2: kind("msteamsv2_configs", "webhook_url"),
  discord: kind("discord_configs", "webhook_url", "username"),
  opsgenie: kind("opsgenie_configs", "api_url", "api_key"),
  victorops: kind("victorops_configs", "api_url", "api_key", "routing_key"),
  pushover: kind("pushover_configs", "", "user_key", "token"),
  webex: kind("webex_configs", "api_url", "room_id"),
  wechat: kind("wechat_configs", "api_url", "api_secret", "corp_id", "agent_id", "to_user", "to_party", "to_tag"),
  rocketchat: kind("rocketchat_configs", "api_url", "token", "token_id", "channel"),
  mattermost: kind("mattermost_configs", "webhook_url", "channel", "username"),
  incidentio: kind("incidentio_configs", "url", "alert_source_token"),
  jira: kind("jira_configs", "api_url", "project", "issue_type"),
};

/** What targets call it otherwise. */
const ALIASES: Readonly<Record<string, string>> = { generic: "webhook", alertmanager: "webhook", smtp: "email" };

/** `format`s that are the body a webhook has anyway. */
const WEBHOOK_FORMATS = new Set(["alertmanager", "webhook", "json", "generic"]);

/** Whole numbers, in the receivers that have them. */
const NUMBERS = new Set(["chat_id", "message_thread_id"]);

/** Below these the user's own names stand, which mean nothing to us. */
const FREE = new Set(["payload", "details", "custom_fields", "fields", "headers", "proxy_connect_header"]);

/**
 * The receiver that a target's JSON asks for. Whether it makes sense is for the reader of alertmanager.yml to say.
 *
 * @param resolved `send_resolved`; undefined leaves it to the type
 * @throws Refusal
 */
export function receiverOf(config: JsonObject, resolved: boolean | undefined): TargetReceiver {
  const type = typeOf(config);
  const { list, url: urlKey, keys } = KINDS[type] as Kind;
  const more = objectAt(config["receiver_config"], "receiver_config");
  const http: Record<string, unknown> = { ...objectAt(config["http_config"], "http_config") };
  for (const [given, key] of [[more, "receiver_config"] as const, [http, "http_config"] as const]) noFiles(given, key);
  const item: Record<string, unknown> = Object.assign(Object.create(null), more);
  if (resolved !== undefined) item["send_resolved"] = resolved;
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(objectAt(config["headers"], "headers"))) {
    const text = scalarAt(value, "headers");
    const key = name.toLowerCase().replaceAll("-", "_");
    if (keys.includes(key)) item[key] = NUMBERS.has(key) ? wholeNumber(text, `headers.${key}`) : text;
    else headers.set(name, text);
  }
  if (type === "email") return { list, item: emailItem(item, config, headers, http) };

  const url = textAt(config["url"], "url");
  if (url !== "") {
    if (urlKey === "") throw new Refusal("url", `a target of type ${type} has none`);
    item[urlKey] = type === "pagerduty" ? pagerdutyUrl(url) : url;
  }
  // A timeout is part of those that have one, and not of their HTTP client.
  if (http["timeout"] !== undefined) {
    item["timeout"] = http["timeout"];
    delete http["timeout"];
  }
  addHeaders(type, headers, item, http);
  if (Object.keys(http).length > 0) {
    if (item["http_config"] !== undefined)
      throw new Refusal("receiver_config", "has an http_config beside that of the target");
    item["http_config"] = http;
  }
  return { list, item };
}

function typeOf(config: JsonObject): string {
  const named = textAt(config["type"], "type").toLowerCase();
  const type = ALIASES[named] ?? named;
  if (!Object.hasOwn(KINDS, type)) throw new Refusal("type", `expected one of ${Object.keys(KINDS).join(", ")}`);
  const format = textAt(config["format"], "format").toLowerCase();
  if (format === "" || format === named || format === type) return type;
  if (WEBHOOK_FORMATS.has(format)) return type;
  // The body of another type, sent where the webhook is.
  if (type === "webhook" && Object.hasOwn(KINDS, format) && format !== "email") return format;
  throw new Refusal("format", `expected ${type}, or none`);
}

/** A Secret of somebody else must not make the server read its own files. */
function noFiles(value: unknown, key: string): void {
  if (Array.isArray(value)) for (const item of value) noFiles(item, key);
  if (!isObject(value)) return;
  for (const [name, part] of Object.entries(value)) {
    if (/_(?:file|ref)$/.test(name) || name === "files") {
      throw new Refusal(key, "names a file; expected the values themselves");
    }
    if (!FREE.has(name)) noFiles(part, key);
  }
}

function wholeNumber(text: string, key: string): number {
  const number = Number(text);
  if (/^-?[0-9]+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new Refusal(key, "expected a whole number");
}

/** Its address alone stands for that of events. */
function pagerdutyUrl(url: string): string {
  return /^https?:\/\/[^/?#]+\/?$/.test(url) ? `${url.replace(/\/$/, "")}/v2/enqueue` : url;
}

function addHeaders(
  type: string,
  headers: ReadonlyMap<string, string>,
  item: Record<string, unknown>,
  http: Record<string, unknown>,
): void {
  const own: Record<string, unknown> = Object.assign(
    Object.create(null),
    objectAt(http["http_headers"], "http_config"),
  );
  let any = false;
  for (const [name, value] of headers) {
    switch (name.toLowerCase()) {
      case "authorization":
        authorize(type, value, item, http);
        break;
      case "content-type":
        if (!/^application\/json\b/i.test(value)) throw new Refusal("headers.Content-Type", "cannot be chosen");
        break;
      default:
        own[name] = { secrets: [value] };
        any = true;
    }
  }
  if (any) http["http_headers"] = own;
}

function authorize(type: string, value: string, item: Record<string, unknown>, http: Record<string, unknown>): void {
  const [, scheme = "", credentials = ""] = /^\s*(\S+)\s+(.+?)\s*$/.exec(value) ?? [];
  if (scheme === "") throw new Refusal("headers.Authorization", "expected a scheme and credentials, such as Bearer …");
  if (type === "opsgenie" && scheme.toLowerCase() === "geniekey") {
    item["api_key"] = credentials;
  } else if (scheme.toLowerCase() === "basic") {
    const [username = "", ...password] = Buffer.from(credentials, "base64").toString().split(":");
    http["basic_auth"] = { username, password: password.join(":") };
  } else {
    http["authorization"] = { type: scheme, credentials };
  }
}

const SMTP: Readonly<Record<string, string>> = {
  smtp_from: "from",
  from: "from",
  smtp_to: "to",
  to: "to",
  smtp_username: "auth_username",
  smtp_user: "auth_username",
  smtp_auth_username: "auth_username",
  smtp_password: "auth_password",
  smtp_auth_password: "auth_password",
  smtp_auth_secret: "auth_secret",
  smtp_auth_identity: "auth_identity",
  smtp_hello: "hello",
};

function emailItem(
  item: Record<string, unknown>,
  config: JsonObject,
  headers: ReadonlyMap<string, string>,
  http: JsonObject,
): JsonObject {
  if (Object.keys(http).length > 0) throw new Refusal("http_config", "a target of type email has none");
  const { requireTls, headers: shown, keys, port, ...given } = sortEmail(headers);
  const host = given.host === "" ? smtpHost(textAt(config["url"], "url")) : given.host;
  if (host !== "") item["smarthost"] = /:[0-9]+$/.test(host) ? host : `${host}:${port === "" ? "587" : port}`;
  if (requireTls !== "") item["require_tls"] = requireTls === "true";
  if (shown.size > 0)
    item["headers"] = { ...objectAt(item["headers"], "receiver_config"), ...Object.fromEntries(shown) };
  return Object.assign(item, Object.fromEntries(keys));
}

function sortEmail(given: ReadonlyMap<string, string>) {
  const keys = new Map<string, string>();
  const headers = new Map<string, string>();
  const one = { host: "", port: "", requireTls: "" };
  for (const [name, value] of given) {
    const key = name.toLowerCase().replaceAll("-", "_");
    const mapped = Object.hasOwn(SMTP, key) ? SMTP[key] : undefined;
    if (mapped !== undefined) keys.set(mapped, value);
    else if (key === "smtp_host" || key === "smtp_smarthost") one.host = value;
    else if (key === "smtp_port") one.port = value;
    else if (key === "smtp_require_tls" || key === "smtp_tls") one.requireTls = value;
    else if (key.startsWith("smtp_")) throw new Refusal("headers", "has an unknown smtp_ key");
    else headers.set(name, value);
  }
  return { ...one, keys, headers };
}

function smtpHost(url: string): string {
  if (url === "") return "";
  const [, host = ""] = /^(?:smtps?:\/\/)?([^/@?#]+)\/?$/.exec(url) ?? [];
  if (host === "") throw new Refusal("url", "expected smtp://host:port");
  return host;
}
