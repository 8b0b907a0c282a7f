import { randomUUID } from "node:crypto";
import { readCompressed } from "../http/compressed.ts";
import { contextError, RequestError } from "../http/errors.ts";
import type { HttpClient, HttpResponse } from "../http.ts";
import type { Header } from "../http/transport.ts";
import { queryEscape } from "../http/url.ts";
import { signV4, type AwsCredentials } from "./sigv4.ts";

const MAX_ATTEMPTS = 3;
const MAX_BACKOFF = 20_000;
const RETRYABLE_STATUS = new Set([500, 502, 503, 504]);
const RETRYABLE_CODE = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestTimeout",
  "RequestTimeoutException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** AWS answered that it will not. */
export class AwsApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** For telling what a 429 asks for. */
    readonly response: HttpResponse,
  ) {
    super(message);
  }
}

/** A call of the Query API: which service, and the parameters but for the version. */
export interface QueryCall {
  readonly service: "sns" | "sts";
  /** `Publish` */
  readonly action: string;
  /** Of the API: `2010-03-31`. */
  readonly version: string;
  readonly endpoint: string;
  readonly region: string;
  readonly parameters: readonly (readonly [name: string, value: string | Uint8Array])[];
  /** As the SDK has them in its User-Agent, less those of the credentials. */
  readonly features: readonly string[];
}

export interface QueryClient {
  readonly http: HttpClient;
  /** The SDK's own client would decompress. */
  readonly gzip: boolean;
  /** ms */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

// The SDK's versions: part of the User-Agent, which is the same as upstream's.
const AGENT = "aws-sdk-go-v2/1.43.2 ua/2.1";
const API_VERSIONS = { sns: "sns#1.42.2", sts: "sts#1.45.2" };

/**
 * Makes a call with the SDK's retries: three attempts under one invocation id, after 500 to 504, throttling or no answer.
 *
 * @param credentials none: the call is not signed
 * @returns the XML of the answer
 * @throws AwsApiError, or Error in the SDK's words
 */
export async function query(
  client: QueryClient,
  call: QueryCall,
  credentials: AwsCredentials | undefined,
  signal: AbortSignal,
): Promise<string> {
  const parameters = [["Action", call.action], ["Version", call.version], ...call.parameters] as const;
  const body = parameters
    .map(([name, value]) => `${queryEscape(name)}=${queryEscape(value)}`)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    .join("&");
  const invocation = randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(client, call, credentials, body, invocation, attempt, signal);
    } catch (error) {
      const cut = signal.aborted ? contextError(signal) : undefined;
      if (cut === undefined && attempt < MAX_ATTEMPTS && isRetryable(error)) {
        await client.sleep(Math.min(Math.random() * 2 ** attempt * 1000, MAX_BACKOFF), signal);
        continue;
      }
      throw error instanceof AwsApiError ? error : operationError(call, attempt, error as Error, cut);
    }
  }
}

function nameOf(pair: string): string {
  return pair.slice(0, pair.indexOf("="));
}

function isRetryable(error: unknown): boolean {
  if (!(error instanceof AwsApiError)) return error instanceof RequestError;
  return RETRYABLE_STATUS.has(error.status) || RETRYABLE_CODE.has(error.code);
}

/** What the SDK says when no answer came. */
function operationError(call: QueryCall, attempts: number, error: Error, cut: Error | undefined): Error {
  const prefix = `operation error ${call.service.toUpperCase()}: ${call.action}, `;
  const exceeded = attempts >= MAX_ATTEMPTS ? `exceeded maximum number of attempts, ${MAX_ATTEMPTS}, ` : "";
  if (!(error instanceof RequestError)) return new Error(`${prefix}${exceeded}${error.message}`, { cause: error });
  const sent = "https response error StatusCode: 0, RequestID: , ";
  const text = cut === undefined ? `request send failed, ${error.message}` : `canceled, ${cut.message}`;
  return new Error(`${prefix}${exceeded}${sent}${text}`, { cause: error });
}

async function attemptOnce(
  client: QueryClient,
  call: QueryCall,
  credentials: AwsCredentials | undefined,
  body: string,
  invocation: string,
  attempt: number,
  signal: AbortSignal,
): Promise<string> {
  const common = new Map([
    ["amz-sdk-invocation-id", invocation],
    ["amz-sdk-request", `attempt=${attempt}; max=${MAX_ATTEMPTS}`],
    ["content-type", "application/x-www-form-urlencoded"],
  ]);
  const signed: Header[] =
    credentials === undefined
      ? [...common]
      : signV4({ url: call.endpoint, headers: common, body }, credentials, call.region, call.service, Date.now());
  const headers: Header[] = [["User-Agent", userAgent(call, credentials)], ...signed];
  if (client.gzip) headers.push(["Accept-Encoding", "gzip"]);
  const response = await client.http.send({ method: "POST", url: call.endpoint, headers, body }, signal);
  const text = await readCompressed(response);
  if (response.status >= 200 && response.status < 300) return text;
  throw apiError(response, text);
}

function userAgent({ service, features }: QueryCall, credentials: AwsCredentials | undefined): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const used = [...features, ...(credentials === undefined ? [] : [credentials.feature])];
  const marks = used.length === 0 ? "" : ` m/${used.join(",")}`;
  return `${AGENT} os/linux lang/go#1.26.8 md/GOOS#linux md/GOARCH#${arch} api/${API_VERSIONS[service]}${marks}`;
}

/** What is not the service's XML is an unknown error. */
function apiError(response: HttpResponse, xml: string): AwsApiError {
  const error = xmlText(xml, "Error");
  const code = xmlText(error, "Code") || "UnknownError";
  return new AwsApiError(response.status, code, xmlText(error, "Message") || "UnknownError", response);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** What stands between the first pair of tags of a name; "" where there is none. */
export function xmlText(xml: string, name: string): string {
  const inside = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`).exec(xml)?.[1] ?? "";
  if (inside.includes("<")) return inside;
  return inside.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, entity?: string) => {
      if (entity !== undefined) return ENTITIES[entity] ?? whole;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}
