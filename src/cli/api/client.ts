import { createHttpClient, type HttpClient } from "../../notify/http.ts";
import { type GoUrl, joinPath, parseUrl } from "../../notify/http/url.ts";
import { COMPAT_VERSION } from "../../server/version.ts";
import { FatalError } from "../failure.ts";
import { ALERTMANAGER_URL, HTTP_CONFIG_FILE, VERSION_CHECK } from "../flags.ts";
import { DIRECT } from "../http-config.ts";
import type { Session } from "../session.ts";
import type { AlertmanagerStatus } from "./models.ts";
import { GET_STATUS, type Operation } from "./operations.ts";
import { readResponse } from "./response.ts";

export interface Parameters {
  /** Already encoded. */
  readonly query?: string;
  readonly silenceID?: string;
  /** JSON. */
  readonly body?: string;
}

/** Asks an Alertmanager. */
export interface ApiClient {
  /**
   * @param bound `command` ends the request with the command's time, `request` only with its own
   * @returns what the answer holds, by the operation's model
   * @throws Error worded as upstream's client
   */
  call(operation: Operation, parameters: Parameters, bound: "command" | "request"): Promise<unknown>;
  /**
   * Asks what only a server of ours answers.
   *
   * @param path below `/api/plus/v1/`, with its query, encoded
   * @returns the JSON of a 200; undefined for any other answer, or none
   */
  ask(path: string): Promise<unknown>;
}

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 2 ** 30;

/** The client of the Alertmanager the flags name. Unless told not to, it compares versions first. */
export async function connect(session: Session): Promise<ApiClient> {
  const { values, environment } = session;
  const url = parseUrl(values.get(ALERTMANAGER_URL) ?? "");
  const configFile = values.get(HTTP_CONFIG_FILE);
  if (url.user !== undefined && configFile !== "") {
    throw new FatalError("basic authentication and http.config.file are mutually exclusive");
  }
  const config = configFile === "" ? DIRECT : (await import("../http-config-file.ts")).readHttpConfig(configFile);
  const client = createApiClient(createHttpClient(config, environment.variables), url, session.deadline);
  if (values.get(VERSION_CHECK)) {
    const warning = await versionWarning(client);
    if (warning !== undefined) environment.terminal.error(warning);
  }
  return client;
}

function createApiClient(http: HttpClient, url: GoUrl, deadline: number): ApiClient {
  const base = baseUrl(url, API_PATH);
  const authorization = basicAuthorization(url);
  return {
    async call(operation, { query, silenceID, body }, bound) {
      const path = operation.path.replace("{silenceID}", pathEscape(silenceID ?? ""));
      const request = {
        method: operation.method,
        url: base + path + (query === undefined || query === "" ? "" : `?${query}`),
        headers: [
          ["Accept", "application/json"] as const,
          ...(body === undefined ? [] : [["Content-Type", "application/json"] as const]),
          ...authorization,
        ],
        body,
      };
      const response = await http.send(request, timeout(bound === "command" ? deadline : Infinity));
      const content = await response.bytes(MAX_RESPONSE_BYTES);
      return readResponse(operation, response.status, response.header("content-type"), content);
    },
    async ask(path) {
      const headers = [["Accept", "application/json"] as const, ...authorization];
      try {
        const request = { method: "GET", url: `${baseUrl(url, PLUS_PATH)}/${path}`, headers, body: undefined };
        const response = await http.send(request, timeout(deadline));
        const content = await response.bytes(MAX_RESPONSE_BYTES);
        return response.status === 200 ? (JSON.parse(new TextDecoder().decode(content)) as unknown) : undefined;
      } catch {
        // What is wrong with it is told by whatever is asked next.
        return undefined;
      }
    },
  };
}

function timeout(deadline: number): AbortSignal {
  const ms = Math.min(REQUEST_TIMEOUT_MS, deadline - performance.now());
  return ms > 0 ? AbortSignal.timeout(ms) : AbortSignal.abort(new DOMException("no time left", "TimeoutError"));
}

const DEFAULT_HOST = "localhost:9093";
const API_PATH = "api/v2";
const PLUS_PATH = "api/plus/v1";

function baseUrl({ scheme, host, path }: GoUrl, api: string): string {
  // What follows a scheme without a slash is no path.
  const prefix = path.startsWith("/") || scheme === "" ? path : "";
  return joinPath(`${scheme === "" ? "http" : scheme}://${host === "" ? DEFAULT_HOST : host}/${prefix}`, api);
}

function basicAuthorization({ user }: GoUrl): (readonly [string, string])[] {
  if (user === undefined) return [];
  const credentials = Buffer.from(`${user.name}:${user.password ?? ""}`).toString("base64");
  return [["Authorization", `Basic ${credentials}`]];
}

/** Go's url.PathEscape. */
function pathEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%(24|26|2B|3A|3D|40)/g, (escape) => decodeURIComponent(escape))
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function versionWarning(client: ApiClient): Promise<string | undefined> {
  const version = await theirVersion(client);
  if (version === undefined || majorMinor(version) === majorMinor(COMPAT_VERSION)) return undefined;
  return `Warning: amtool version (${COMPAT_VERSION}) and alertmanager version (${version}) are different.\n`;
}

/** Undefined where it cannot be learnt, whatever the reason: the command itself will tell. */
async function theirVersion(client: ApiClient): Promise<string | undefined> {
  try {
    const status = (await client.call(GET_STATUS, {}, "request")) as AlertmanagerStatus | undefined;
    return status?.versionInfo?.version;
  } catch {
    return undefined;
  }
}

const NUMBER = "(?:0|[1-9][0-9]*)";
const IDENTIFIERS = "[0-9A-Za-z.-]+";
const SEMVER = new RegExp(
  `^(${NUMBER})(?:\\.(${NUMBER})(?:\\.${NUMBER}(?:-${IDENTIFIERS})?(?:\\+${IDENTIFIERS})?)?)?$`,
);

/** `1.2` of a semantic version, empty for anything else. */
function majorMinor(version: string): string {
  const [, major, minor = "0"] = SEMVER.exec(version) ?? [];
  return major === undefined ? "" : `${major}.${minor}`;
}
