import { formatGoDuration } from "../../core/model/duration.ts";
import type { Logger } from "../../server/logger.ts";
import { errorText, toResponse } from "../plain.ts";
import { BasicAuth } from "./basic-auth.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { WebConfig, WebConfigFile } from "./web-config.ts";

export type Handle = (request: Request) => Response | Promise<Response>;

/** Stands before every answer. */
export type Guard = (request: Request, answer: Handle) => Response | Promise<Response>;

/** Lets everything pass. */
export const noGuard: Guard = (request, answer) => answer(request);

/**
 * What the web configuration asks for on every request, health checks included: the rate limit, headers, basic
 * authentication (spec §2.10).
 *
 * @throws Error when the file cannot be read now
 */
export function createGuard(file: WebConfigFile, log: Logger): Guard {
  const { burst, interval } = file.current().rate_limit;
  const limiter = interval === 0 ? undefined : new RateLimiter(interval, burst);
  if (limiter !== undefined) log.info("Rate Limiter is enabled.", { burst, interval: formatGoDuration(interval) });
  const auth = new BasicAuth();
  return async (request, answer) => {
    const { method } = request;
    let config: WebConfig;
    try {
      config = file.current();
    } catch (e) {
      log.error("Unable to parse configuration", { err: e instanceof Error ? e.message : String(e) });
      return toResponse(errorText(500, "Internal Server Error"), method);
    }
    if (limiter?.allow() === false) return toResponse(errorText(429, "Too Many Requests"), method);
    const { basic_auth_users: users, http_server_config } = config;
    const open = Object.keys(users).length === 0 || (await auth.allows(request.headers.get("authorization"), users));
    const response = open ? await answer(request) : unauthorized(method);
    for (const [name, value] of Object.entries(http_server_config.headers)) {
      // What an endpoint says about its own answer stands.
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };
}

function unauthorized(method: string): Response {
  const refused = errorText(401, "Unauthorized");
  return toResponse({ ...refused, headers: { ...refused.headers, "WWW-Authenticate": "Basic" } }, method);
}
