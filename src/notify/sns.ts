import type { SnsConfig } from "../config/receivers/types.ts";
import type { HttpConfig } from "../config/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Notification } from "../core/model/notification.ts";
import { pause, systemClock } from "../dispatch/clock.ts";
import { groupKeyHash, httpPublisher, templateData } from "./attempt.ts";
import { assumeRole, defaultCredentials, serviceEndpoint } from "./aws/credentials.ts";
import { readProfiles } from "./aws/profile.ts";
import { AwsApiError, query, type QueryCall, type QueryClient } from "./aws/query-api.ts";
import type { AwsCredentials } from "./aws/sigv4.ts";
import { receiverClient } from "./client.ts";
import type { ReceiverDeps } from "./deps.ts";
import { createHttpClient } from "./http.ts";
import { parseUrl } from "./http/url.ts";
import { PublishError, retryAfter, statusError } from "./status.ts";

const API_VERSION = "2010-03-31";
// SNS's own limits, bytes.
const MAX_MESSAGE = 256 * 1024;
const MAX_SMS = 1600;

type Text = (what: string, source: string) => string;
type Parameters = [name: string, value: string | Uint8Array][];

/**
 * Publishes to a topic, a phone or an endpoint of AWS, as the SDK that upstream uses would (spec §10.18).
 *
 * @param sleep between the attempts of the SDK's own
 */
export function createSns(
  config: SnsConfig,
  deps: ReceiverDeps,
  sleep: QueryClient["sleep"] = (ms, signal) => pause(systemClock, ms, signal),
): AlertPublisher {
  const own = config.use_aws_http_client || (deps.environment.AWS_CA_BUNDLE ?? "") !== "";
  const http = own
    ? createHttpClient(sdkHttpConfig(config, deps), deps.environment)
    : receiverClient("sns", config.http_config, deps);
  const client: QueryClient = { http, gzip: own, sleep };
  return httpPublisher("sns", http, async (notification, signal) => {
    const text = expander(notification, deps);
    const { endpoint, region } = address(config, text, deps);
    const parameters = publishParameters(config, notification, text);
    const call: QueryCall = {
      service: "sns",
      action: "Publish",
      version: API_VERSION,
      endpoint,
      region,
      parameters,
      features: ["E"],
    };
    try {
      await query(client, call, await signer(config, client, region, deps, signal), signal);
    } catch (error) {
      throw publishError(error as Error);
    }
  });
}

/** The SDK's own client: only TLS and proxy of the configuration apply. */
function sdkHttpConfig({ http_config }: SnsConfig, { environment }: ReceiverDeps): HttpConfig {
  const bundle = environment.AWS_CA_BUNDLE ?? "";
  const { tls_config } = http_config;
  return {
    ...http_config,
    basic_auth: undefined,
    authorization: undefined,
    oauth2: undefined,
    http_headers: undefined,
    tls_config: bundle === "" ? tls_config : { ...tls_config, ca: "", ca_file: bundle },
  };
}

/** A template that fails is worth another try here, as upstream has it (spec §10.18). */
function expander(notification: Notification, deps: ReceiverDeps): Text {
  const data = templateData(notification, deps);
  return (what, source) => {
    try {
      return deps.templates.text(source, data);
    } catch (error) {
      throw new PublishError(`execute '${what}' template: ${(error as Error).message}`, true, "clientError");
    }
  };
}

function address(config: SnsConfig, text: Text, deps: ReceiverDeps): { endpoint: string; region: string } {
  const apiUrl = text("api_url", config.api_url);
  const { environment } = deps;
  const region =
    config.sigv4.region || environment.AWS_REGION || environment.AWS_DEFAULT_REGION || profileRegion(config, deps);
  if (region === "") {
    throw new PublishError("region not configured in sns.sigv4.region or in default credentials chain", true);
  }
  if (apiUrl === "") return { endpoint: serviceEndpoint("sns", region), region };
  if (!/^https?:\/\/[^/]/.test(apiUrl)) {
    const rule = `endpoint rule error, Custom endpoint \`${apiUrl}\` was not a valid URI`;
    throw new PublishError(`operation error SNS: Publish, resolve auth scheme: resolve endpoint: ${rule}`, true);
  }
  return { endpoint: parseUrl(apiUrl).path === "" ? `${apiUrl}/` : apiUrl, region };
}

function profileRegion(config: SnsConfig, { environment }: ReceiverDeps): string {
  const profiles = readProfiles(environment, config.sigv4.profile);
  try {
    return profiles.get(profiles.name).get("region") ?? "";
  } catch (error) {
    throw new PublishError(`failed to load final config for SNS: ${(error as Error).message}`, true);
  }
}

async function signer(
  config: SnsConfig,
  client: QueryClient,
  region: string,
  { environment }: ReceiverDeps,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const { access_key, secret_key, profile, role_arn, external_id } = config.sigv4;
  const fixed = {
    accessKeyId: access_key,
    secretAccessKey: secret_key?.reveal() ?? "",
    sessionToken: "",
    feature: "e",
  };
  const profiles = readProfiles(environment, profile);
  try {
    const source = { client, environment, profiles, region, profileAsked: profile !== "" };
    const base = access_key === "" ? await defaultCredentials(source, signal) : fixed;
    if (role_arn === "") return base;
    return await assumeRole(source, base, { arn: role_arn, externalId: external_id, sessionName: "" }, signal);
  } catch (error) {
    if (error instanceof AwsApiError) throw error;
    const text = `get identity: get credentials: failed to refresh cached credentials, ${(error as Error).message}`;
    throw new Error(`operation error SNS: Publish, ${text}`, { cause: error });
  }
}

function publishParameters(config: SnsConfig, notification: Notification, text: Text): Parameters {
  const attributes = new Map(
    Object.entries(config.attributes).map(([name, value]) => [text("attributes", name), text("attributes", value)]),
  );
  const parameters: Parameters = [];
  let limit = MAX_MESSAGE;
  if (config.topic_arn !== "") {
    const topic = text("topic_arn", config.topic_arn);
    parameters.push(["TopicArn", topic]);
    if (topic.endsWith(".fifo")) {
      const key = groupKeyHash(notification);
      parameters.push(["MessageDeduplicationId", key], ["MessageGroupId", key]);
    }
  }
  if (config.phone_number !== "") {
    parameters.push(["PhoneNumber", text("phone_number", config.phone_number)]);
    limit = MAX_SMS;
  }
  if (config.target_arn !== "") parameters.push(["TargetArn", text("target_arn", config.target_arn)]);
  const whole = text("message", config.message);
  if (!whole.isWellFormed()) throw new PublishError("non utf8 encoded message string", true);
  // Cut at the byte, in the midst of a character if need be, as upstream does.
  const bytes = Buffer.from(whole);
  parameters.push(["Message", bytes.subarray(0, limit)]);
  if (bytes.length > limit) attributes.set("truncated", "true");
  if (config.subject !== "") parameters.push(["Subject", text("subject", config.subject)]);
  return [...parameters, ...attributeParameters(attributes)];
}

function attributeParameters(attributes: ReadonlyMap<string, string>): Parameters {
  const sorted = [...attributes].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.flatMap(([name, value], i): Parameters => {
    const entry = `MessageAttributes.entry.${i + 1}`;
    return [
      [`${entry}.Name`, name],
      [`${entry}.Value.DataType`, "String"],
      [`${entry}.Value.StringValue`, value],
    ];
  });
}

function publishError(error: Error): PublishError {
  if (error instanceof PublishError) return error;
  if (!(error instanceof AwsApiError)) return new PublishError(error.message, true);
  return statusError(error.status, error.message, {}, retryAfter(error.response, Date.now()));
}
