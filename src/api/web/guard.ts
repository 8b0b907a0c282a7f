import { formatGoDuration } from "../../core/model/duration.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { errorText, toResponse } from "../plain.ts";
import { BasicAuth, userOf } from "./basic-auth.ts";
import type { WebConfig } from "./config.ts";
import type { WebConfigFile } from "./config-file.ts";
import { RateLimiter } from "./rate-limiter.ts";

/** Who sent a request. */
export interface Client {
  /** The IP address; empty when it is not known, or not known any more. */
  readonly address: string;
  /** True where the web configuration asks everybody to prove who they are. */
  readonly isAuthenticated?: true;
  /** The user of `basic_auth_users` who proved to be one. */
  readonly user?: string | undefined;
  /** Of a client's certificate that was verified: its alternative names, then its common name. */
  readonly certificateNames?: readonly string[];
  /** True where TLS ends here. */
  readonly isEncrypted?: true;
}

export type OnRequest = (request: Request, client: Client) => Response | Promise<Response>;

/** Whether a request proves in another way than by basic authentication who sent it. */
export type Admits = (request: Request, client: Client) => Promise<boolean>;

/**
 * What the web configuration asks for on every request, health checks included: the rate limit, headers, basic
 * authentication (spec §2.10). The limit is the one at the start; the rest is as the file has it at the moment.
 *
 * @param start the file at the start
 * @param admits asked first where basic authentication is asked for
 */
export function createGuard(
  file: WebConfigFile,
  start: WebConfig,
  log: Logger,
  next: OnRequest,
  admits: Admits = () => Promise.resolve(false),
): OnRequest {
  const { interval } = start.rate_limit;
  const burst = Number(start.rate_limit.burst);
  const limiter = interval === 0 ? undefined : new RateLimiter(interval, burst);
  if (limiter !== undefined) log.info("Rate Limiter is enabled.", { burst, interval: formatGoDuration(interval) });
  const auth = new BasicAuth();

  return async (request, client) => {
    let config: WebConfig;
    try {
      config = file.current();
    } catch (e) {
      log.error("Unable to parse configuration", { err: e instanceof Error ? e.message : String(e) });
      return refuse(request, 500, "Internal Server Error");
    }
    if (limiter?.allow() === false) return refuse(request, 429, "Too Many Requests");
    const response = await answer(request, client, config);
    for (const [name, value] of Object.entries(config.http_server_config.headers)) {
      // What an endpoint says about its own answer stands.
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };

  async function answer(request: Request, client: Client, config: WebConfig): Promise<Response> {
    const { basic_auth_users: users } = config;
    if (Object.keys(users).length === 0 || (await admits(request, client))) {
      return next(request, asksForCertificates(config) ? authenticated(client) : client);
    }
    const header = request.headers.get("authorization");
    const verdict = await auth.check(header, users);
    return verdict === "allowed" ? next(request, authenticated(client, header)) : turnedAway(request, verdict);
  }
}

/** Whether nobody gets this far who has not shown a certificate that is good. */
function asksForCertificates({ tls_server_config }: WebConfig): boolean {
  return tls_server_config.client_auth_type === "RequireAndVerifyClientCert";
}

/** @param header of basic authentication that was found to be right */
function authenticated(client: Client, header: string | null = null): Client {
  const { certificateNames, isEncrypted } = client;
  return {
    get address() {
      return client.address;
    },
    get user() {
      return userOf(header);
    },
    isAuthenticated: true,
    ...(certificateNames !== undefined && { certificateNames }),
    ...(isEncrypted !== undefined && { isEncrypted }),
  };
}

function turnedAway(request: Request, verdict: "refused" | "busy"): Response {
  if (verdict === "busy") return refuse(request, 503, "Service Unavailable");
  const response = refuse(request, 401, "Unauthorized");
  response.headers.set("WWW-Authenticate", "Basic");
  return response;
}

function refuse(request: Request, status: number, text: string): Response {
  return toResponse(errorText(status, text), request.method);
}
