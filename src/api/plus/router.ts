import { StorageError } from "../../core/interfaces/storage.ts";
import { decodePath } from "../path.ts";
import type { Plain } from "../plain.ts";
import type { Client } from "../web/index.ts";
import { bodyOf } from "./body.ts";
import { may, type Caller, type Callers } from "./caller.ts";
import type { Audit } from "./audit.ts";
import { check, readQuery } from "./check.ts";
import type { Answer, Endpoint } from "./endpoint.ts";
import { Problem } from "./problem.ts";
import { isFromAnotherSite } from "./same-site.ts";

/** An endpoint that fits a request's path and method, or why none does. */
export type Found =
  { readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> } | { readonly problem: Problem };

const USUAL_BODY = 1024 * 1024;

/** Finds the endpoint for a request, sees to it that the caller may, reads what comes in, and answers. */
export class Router {
  /** By how many segments the path has. */
  readonly #endpoints = new Map<
    number,
    readonly { readonly endpoint: Endpoint; readonly segments: readonly string[] }[]
  >();

  constructor(
    readonly endpoints: readonly Endpoint[],
    readonly callers: Callers,
    readonly onError: (endpoint: Endpoint, error: unknown) => void,
    readonly audit: Audit = () => {},
  ) {
    for (const endpoint of endpoints) {
      const segments = endpoint.path.split("/").slice(1);
      const same = this.#endpoints.get(segments.length) ?? [];
      this.#endpoints.set(segments.length, [...same, { endpoint, segments }]);
    }
  }

  /** @param path below `/api/plus/v1`, its escapes not undone */
  find(method: string, path: string): Found {
    const asked = path.split("/").slice(1);
    const allowed = new Set<string>();
    let best: { endpoint: Endpoint; segments: readonly string[] } | undefined;
    for (const one of this.#endpoints.get(asked.length) ?? []) {
      if (!fits(one.segments, asked)) continue;
      if (one.endpoint.method !== (method === "HEAD" ? "GET" : method)) allowed.add(one.endpoint.method);
      // `/silences/schedules` is not the silence of that name.
      else if (best === undefined || variables(one.segments) < variables(best.segments)) best = one;
    }
    if (best !== undefined) {
      const params: Record<string, string> = {};
      for (const [i, segment] of best.segments.entries()) {
        if (segment.startsWith(":")) params[segment.slice(1)] = decodePath(asked[i] as string);
      }
      return { endpoint: best.endpoint, params };
    }
    if (allowed.size === 0) return { problem: new Problem(404, `there is nothing at /api/plus/v1${path}`) };
    const allow = [...allowed].sort().join(", ");
    return { problem: new Problem(405, `/api/plus/v1${path} takes ${allow}, not ${method}`, [], { Allow: allow }) };
  }

  async answer(request: Request, client: Client | undefined, query: string, found: Found): Promise<Plain | Response> {
    if ("problem" in found) return found.problem.answer();
    const { endpoint, params } = found;
    try {
      if (endpoint.method !== "GET" && isFromAnotherSite(request)) {
        throw new Problem(403, "pages of other sites may not change anything here");
      }
      const caller = await this.callers.callerOf(request, client);
      if (endpoint.needs !== "nobody" && !may(caller, endpoint.needs)) {
        throw this.callers.refused(caller, endpoint.needs);
      }
      const asked = readQuery(query, endpoint.query);
      // What goes on without end, and is not even begun to be read, has no end at all.
      if (endpoint.isEndless === true && request.method === "HEAD") return headOf(endpoint);
      const body = await read(request, endpoint);
      const over = new AbortController();
      const reply = await endpoint.answer({
        request: endpoint.isEndless === true ? this.#bounded(request, client, caller, over.signal) : request,
        client,
        caller,
        params,
        query: asked,
        body,
        over: () => over.abort(),
      });
      // A viewer changes nothing: what one may POST is a question. Logging in is told of by who logs in.
      const changes = endpoint.method !== "GET" && endpoint.needs !== "viewer" && endpoint.needs !== "nobody";
      if (changes && reply.status < 400) {
        const { method, path } = endpoint;
        this.audit({
          caller,
          client,
          what: `${method} /api/plus/v1${path}`,
          path: new URL(request.url).pathname,
          status: reply.status,
        });
      }
      return reply instanceof Response || "body" in reply ? reply : json(reply);
    } catch (error) {
      if (error instanceof Problem) return error.answer();
      // Where the store is it says by itself.
      if (error instanceof StorageError) return new Problem(503, error.message).answer();
      this.onError(endpoint, error);
      return new Problem(500, error instanceof Error ? error.message : String(error)).answer();
    }
  }

  /** The request, gone also when who sent it may not be told any more. */
  #bounded(request: Request, client: Client | undefined, caller: Caller, over: AbortSignal): Request {
    const ending = this.callers.ending?.(request, client, caller, over);
    if (ending === undefined) return request;
    return new Request(request, { signal: AbortSignal.any([request.signal, ending]) });
  }
}

function fits(segments: readonly string[], asked: readonly string[]): boolean {
  return segments.every((segment, i) => (segment.startsWith(":") ? asked[i] !== "" : segment === asked[i]));
}

function variables(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith(":")).length;
}

async function read(request: Request, { body: schema, bodyType, maxBody = USUAL_BODY }: Endpoint): Promise<unknown> {
  if (schema === undefined) return undefined;
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const wanted = bodyType ?? "application/json";
  if (type !== wanted) {
    throw new Problem(415, `Content-Type: expected ${wanted}, ${type === undefined ? "and none came" : `not ${type}`}`);
  }
  if (bodyType !== undefined) return undefined;
  const bytes = await bodyOf(request, maxBody);
  if (bytes === undefined) throw new Problem(413, `a body of more than ${maxBody} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new Problem(400, "the body is no JSON");
  }
  check("body", value, schema);
  return value;
}

function headOf({ answers }: Endpoint): Plain {
  return { status: 200, headers: { "Content-Type": String(answers[200]), "Cache-Control": "no-store" }, body: "" };
}

function json({ status, value, headers }: Answer): Plain {
  if (value === undefined) return { status, headers: { "Cache-Control": "no-store", ...headers }, body: "" };
  const usual = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
  return { status, headers: { ...usual, ...headers }, body: `${JSON.stringify(value)}\n` };
}
