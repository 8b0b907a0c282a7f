import type { Audit } from "../plus/audit.ts";
import type { Role } from "../plus/caller.ts";
import { Problem } from "../plus/problem.ts";
import type { APIContext } from "../v2/context.ts";
import { allowOrigin } from "../v2/cors.ts";
import { handleV2 } from "../v2/index.ts";
import { textError } from "../v2/respond.ts";
import type { Client } from "../web/index.ts";
import type { Access } from "./access.ts";

/**
 * Answers a request to a path at or below `/api/v2/` where people have to prove who they are. Never throws.
 *
 * @param path as sent, without the prefix
 * @param query what follows the question mark
 */
export async function guardedV2(
  access: Access,
  audit: Audit | undefined,
  context: APIContext,
  request: Request,
  client: Client | undefined,
  path: string,
  query: string,
): Promise<Response> {
  const { method } = request;
  // Asks what a page may ask; nobody is known then, and nothing is told.
  if (method === "OPTIONS") return handleV2(context, request, path, query);
  const needs = needed(method, path);
  try {
    const caller = await access.admit(request, client, needs);
    const response = await handleV2(context, request, path, query, caller);
    if (needs === "responder" && response.status < 400) {
      const what = path.startsWith("/api/v2/silence/") ? `${method} /api/v2/silence/:id` : `${method} ${path}`;
      audit?.({ caller, client, what, path, status: response.status });
    }
    return response;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, message, headers } = error;
    const response = textError(status, message);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    allowOrigin(request, response);
    return response;
  }
}

function needed(method: string, path: string): Role | "ingest" {
  if (method === "GET" || method === "HEAD") return "viewer";
  return method === "POST" && /^\/api\/v2\/alerts\/?$/.test(path) ? "ingest" : "responder";
}
