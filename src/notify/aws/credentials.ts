import { wrapError } from "../http/errors.ts";
import { readText } from "../http/read-file.ts";
import { query, xmlText, type QueryClient } from "./query-api.ts";
import type { Environment, Profile, Profiles } from "./profile.ts";
import type { AwsCredentials } from "./sigv4.ts";

const STS_VERSION = "2011-06-15";
/** Where a virtual machine learns of its role. */
const METADATA = "http://169.254.169.254";
/** Where a container does. */
const CONTAINER = "http://169.254.170.2";
const METADATA_TIMEOUT = 5_000;

export interface CredentialSource {
  readonly client: QueryClient;
  readonly environment: Environment;
  readonly profiles: Profiles;
  readonly region: string;
  /** Whether the profile was named by the receiver's configuration, which then comes before the environment. */
  readonly profileAsked: boolean;
}

/**
 * Finds credentials where the SDK looks for them: the environment, a web identity, the profile (with the roles it names),
 * the container, the machine.
 *
 * @throws Error in the SDK's words; AwsApiError where STS refuses
 */
export async function defaultCredentials(source: CredentialSource, signal: AbortSignal): Promise<AwsCredentials> {
  const { environment, profiles } = source;
  if (!source.profileAsked) {
    const accessKeyId = environment.AWS_ACCESS_KEY_ID || environment.AWS_ACCESS_KEY || "";
    const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY || environment.AWS_SECRET_KEY || "";
    if (accessKeyId !== "" && secretAccessKey !== "") {
      return { accessKeyId, secretAccessKey, sessionToken: environment.AWS_SESSION_TOKEN ?? "", feature: "g" };
    }
    const tokenFile = environment.AWS_WEB_IDENTITY_TOKEN_FILE ?? "";
    if (tokenFile !== "") {
      const session = environment.AWS_ROLE_SESSION_NAME ?? "";
      return webIdentity(source, tokenFile, environment.AWS_ROLE_ARN ?? "", session, "h,k", signal);
    }
  }
  return profileCredentials(source, profiles.get(profiles.name), signal);
}

async function profileCredentials(
  source: CredentialSource,
  profile: Profile,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const get = (key: string) => profile.get(key) ?? "";
  const tokenFile = get("web_identity_token_file");
  if (get("source_profile") === "" && get("aws_access_key_id") === "" && tokenFile !== "") {
    return webIdentity(source, tokenFile, get("role_arn"), get("role_session_name"), "q,k", signal);
  }
  const base = await baseCredentials(source, profile, signal);
  if (get("role_arn") === "") return base;
  const role = { arn: get("role_arn"), externalId: get("external_id"), sessionName: get("role_session_name") };
  return assumeRole(source, base, role, signal);
}

async function baseCredentials(
  source: CredentialSource,
  profile: Profile,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const { environment, profiles } = source;
  const parent = profile.get("source_profile") ?? "";
  const own = {
    accessKeyId: profile.get("aws_access_key_id") ?? "",
    secretAccessKey: profile.get("aws_secret_access_key") ?? "",
    sessionToken: profile.get("aws_session_token") ?? "",
    feature: "n",
  };
  const hasOwn = own.accessKeyId !== "" && own.secretAccessKey !== "";
  if (parent !== "" && (parent !== profiles.name || !hasOwn)) {
    return profileCredentials(source, profiles.get(parent), signal);
  }
  if (hasOwn) return own;
  const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ?? "";
  if (relative !== "") return containerCredentials(source, `${CONTAINER}${relative}`, signal);
  const full = environment.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "";
  if (full !== "") return containerCredentials(source, full, signal);
  return machineCredentials(source, signal);
}

export interface Role {
  readonly arn: string;
  readonly externalId: string;
  readonly sessionName: string;
}

/** The short-lived credentials of a role. STS has its own address, whatever that of the service is. */
export async function assumeRole(
  source: Pick<CredentialSource, "client" | "region">,
  base: AwsCredentials,
  role: Role,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const parameters: [string, string][] = [
    ["DurationSeconds", "900"],
    ["RoleArn", role.arn],
    ["RoleSessionName", role.sessionName || sessionName()],
  ];
  if (role.externalId !== "") parameters.push(["ExternalId", role.externalId]);
  const call = {
    ...stsCall(source.region),
    action: "AssumeRole",
    parameters,
  };
  return readCredentials(await query(source.client, call, base, signal), "i");
}

async function webIdentity(
  source: CredentialSource,
  tokenFile: string,
  roleArn: string,
  session: string,
  feature: string,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  if (roleArn === "") throw new Error("role ARN is not set");
  let token: string;
  try {
    token = readText(tokenFile);
  } catch (error) {
    throw wrapError("failed to retrieve jwt from provide source, unable to read file", error);
  }
  const call = {
    ...stsCall(source.region),
    action: "AssumeRoleWithWebIdentity",
    parameters: [
      ["RoleArn", roleArn],
      ["RoleSessionName", session || sessionName()],
      ["WebIdentityToken", token],
    ] as const,
  };
  return readCredentials(await query(source.client, call, undefined, signal), feature);
}

function stsCall(region: string) {
  return {
    service: "sts" as const,
    version: STS_VERSION,
    endpoint: serviceEndpoint("sts", region),
    region,
    features: [],
  };
}

/** `https://sns.eu-west-1.amazonaws.com/`; China has a domain of its own. */
export function serviceEndpoint(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;
}

/** As the SDK makes them up, from the time in ns. */
function sessionName(): string {
  return `aws-go-sdk-${BigInt(Date.now()) * 1_000_000n}`;
}

function readCredentials(xml: string, feature: string): AwsCredentials {
  return {
    accessKeyId: xmlText(xml, "AccessKeyId"),
    secretAccessKey: xmlText(xml, "SecretAccessKey"),
    sessionToken: xmlText(xml, "SessionToken"),
    feature,
  };
}

async function containerCredentials(
  { client, environment }: CredentialSource,
  url: string,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const file = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? "";
  const token = file === "" ? (environment.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? "") : readText(file).trim();
  const headers = token === "" ? [] : [["Authorization", token] as const];
  return jsonCredentials(await ask(client, "GET", url, headers, signal), "z");
}

/** Asks the machine's metadata service (version 2, which wants a token first) for its role's credentials. */
async function machineCredentials(
  { client, environment }: CredentialSource,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const nothing = "no EC2 IMDS role found";
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === "true") {
    throw new Error(
      `${nothing}, operation error ec2imds: GetMetadata, access disabled to EC2 IMDS via client option, or "AWS_EC2_METADATA_DISABLED" environment variable`,
    );
  }
  const base = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT || METADATA;
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(METADATA_TIMEOUT)]);
    const lifetime = [["X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600"]] as const;
    const token = await ask(client, "PUT", `${base}/latest/api/token`, lifetime, limited);
    const headers = [["X-Aws-Ec2-Metadata-Token", token]] as const;
    const path = `${base}/latest/meta-data/iam/security-credentials/`;
    const role = (await ask(client, "GET", path, headers, limited)).split("\n", 1)[0] ?? "";
    return jsonCredentials(await ask(client, "GET", path + role, headers, limited), "0");
  } catch (error) {
    throw wrapError(`${nothing}, operation error ec2imds: GetMetadata`, error);
  }
}

async function ask(
  { http }: QueryClient,
  method: string,
  url: string,
  headers: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<string> {
  const response = await http.send({ method, url, headers }, signal);
  const text = await response.text();
  if (response.status === 200) return text;
  throw new Error(`http response error StatusCode: ${response.status}, request to ${new URL(url).pathname} failed`);
}

function jsonCredentials(text: string, feature: string): AwsCredentials {
  const answer = JSON.parse(text) as { AccessKeyId?: string; SecretAccessKey?: string; Token?: string };
  return {
    accessKeyId: answer.AccessKeyId ?? "",
    secretAccessKey: answer.SecretAccessKey ?? "",
    sessionToken: answer.Token ?? "",
    feature,
  };
}
