import { formatGoDuration } from "../../core/model/duration.ts";
import type { Logger } from "../../server/logger.ts";
import { errorText, toResponse } from "../plain.ts";
import { BasicAuth } from "./basic-auth.ts";
import type { WebConfig } from "./config.ts";
import type { WebConfigFile } from "./config-file.ts";
import { RateLimiter } from "./rate-limiter.ts";

/** Who sent a request. */
export interface Client {
  /** The IP address; empty when it is not known, or not known any more. */
  readonly address: string;
  /** True where the web configuration asks everybody to prove who they are. */
  readonly isAuthenticated?: true;
}

export type OnRequest = (request: Request, client: Client) => Response | Promise<Response>;

/**
 * What the web configuration asks for on every request, health checks included: the rate limit, headers, basic
 * authentication (spec §2.10). The limit is the one at the start; the rest is as the file has it at the moment.
 *
 * @param start the file at the start
 */
export function createGuard(file: WebConfigFile, start: WebConfig, log: Logger, next: OnRequest): OnRequest {
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
    const { basic_auth_users: users, http_server_config } = config;
    const verdict =
      Object.keys(users).length === 0 ? "allowed" : await auth.check(request.headers.get("authorization"), users);
    const response =
      verdict === "allowed"
        ? await next(request, asksEverybody(config) ? authenticated(client) : client)
        : turnedAway(request, verdict);
    for (const [name, value] of Object.entries(http_server_config.headers)) {
      // What an endpoint says about its own answer stands.
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };
}

/** Whether nobody gets this far who has not proved who they are. */
function asksEverybody({ basic_auth_users, tls_server_config }: WebConfig): boolean {
  if (Object.keys(basic_auth_users).length > 0) return true;
  return tls_server_config.client_auth_type === "RequireAndVerifyClientCert";
}

function authenticated(client: Client): Client {
  return {
    get address() {
      return client.address;
    },
    isAuthenticated: true,
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
