import type { Caller } from "../plus/caller.ts";
import { Body } from "./body.ts";
import { type APIContext, type APIRequest, type Endpoint } from "./context.ts";
import { allowOrigin, preflight } from "./cors.ts";
import { getAlerts } from "./get-alerts.ts";
import { getAlertGroups } from "./get-groups.ts";
import { checkAccept, checkContentType } from "./negotiate.ts";
import { postAlerts } from "./post-alerts.ts";
import { getReceivers } from "./receivers.ts";
import { RequestError, requestError } from "./respond.ts";
import { deleteSilence, getSilence, getSilences, postSilences } from "./silences.ts";
import { getStatus } from "./status.ts";

const BASE = "/api/v2";
const SILENCE = `${BASE}/silence/`;

type Methods = Readonly<Record<string, Endpoint>>;

/** Every fixed path and what it answers to, methods in the order Allow names them. */
const ENDPOINTS: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  [`${BASE}/status`, { GET: getStatus }],
  [`${BASE}/receivers`, { GET: getReceivers }],
  [`${BASE}/alerts`, { GET: getAlerts, POST: postAlerts }],
  [`${BASE}/alerts/groups`, { GET: getAlertGroups }],
  [`${BASE}/silences`, { GET: getSilences, POST: postSilences }],
]);

/**
 * Answers a request to a path at or below `/api/v2/` (spec §2.3). Never throws.
 *
 * @param path as sent, without the prefix
 * @param query what follows the question mark
 * @param caller where people have to prove who they are: somebody who may ask this
 */
export async function handleV2(
  context: APIContext,
  request: Request,
  path: string,
  query: string,
  caller?: Caller,
): Promise<Response> {
  const early = preflight(request);
  if (early !== undefined) return early;
  const plain = { method: request.method, path, query, body: new Body(request) };
  const call: APIRequest = caller === undefined ? plain : { ...plain, caller };
  let response: Response;
  try {
    response = await route(context, request, call);
  } catch (e) {
    response = refused(context, call, e);
  }
  if (request.headers.has("origin")) allowOrigin(request, response);
  return response;
}

async function route(context: APIContext, request: Request, call: APIRequest): Promise<Response> {
  const { method } = call;
  const methods = methodsOf(call.path);
  if (methods === undefined) throw new RequestError(404, `path ${call.path} was not found`);
  const endpoint = methods[method];
  if (endpoint === undefined) {
    const allow = Object.keys(methods).join(",");
    throw new RequestError(405, `method ${method} is not allowed, but [${allow}] are`, { Allow: allow });
  }
  // A client that sends JSON is given JSON, whatever its Accept says.
  if (await call.body.exists()) checkContentType(request.headers.get("content-type"));
  else checkAccept(request.headers.get("accept"));
  return endpoint(context, call);
}

/** One slash at the end is tolerated. */
function methodsOf(path: string): Methods | undefined {
  const trimmed = path.endsWith("/") ? path.slice(0, -1) : path;
  const fixed = ENDPOINTS.get(trimmed);
  if (fixed !== undefined) return fixed;
  if (!trimmed.startsWith(SILENCE)) return undefined;
  const id = trimmed.slice(SILENCE.length);
  if (id === "" || id.includes("/")) return undefined;
  const plain = unescapePath(id);
  return {
    GET: (context, call) => getSilence(context, call, plain),
    DELETE: (context, call) => deleteSilence(context, call, plain),
  };
}

function unescapePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused({ log }: APIContext, { method, path }: APIRequest, e: unknown): Response {
  if (e instanceof RequestError) return requestError(e, method);
  log.error("Failed to answer a request", {
    path,
    method,
    err: e instanceof Error ? (e.stack ?? e.message) : String(e),
  });
  return requestError(new RequestError(500, "Unknown error"), method);
}
