import { Elysia } from "elysia";
import type { StoreHealth } from "../core/interfaces/storage.ts";
import { formatGoDuration } from "../core/model/duration.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Access } from "./access/access.ts";
import { guardedV2 } from "./access/v2.ts";
import { GetLimiter, withTimeout } from "./limit.ts";
import type { Metrics } from "../metrics/index.ts";
import { health, type AcceleratorHealth } from "./ops/health.ts";
import { Scrapes } from "./ops/metrics.ts";
import type { Role } from "./plus/caller.ts";
import type { PlusAreas } from "./plus/index.ts";
import { Problem } from "./plus/problem.ts";
import { PlusRequests } from "./plus/requests.ts";
import { V1_ENDPOINTS, gone } from "./ops/v1.ts";
import { webAsset, webPage } from "./ops/web-app.ts";
import { type Target, cleanPath, decodePath, hasBadEscape, encodePath, targetOf } from "./path.ts";
import { BAD_REQUEST, NOT_FOUND, type Plain, errorText, sizeOf, toResponse } from "./plain.ts";
import { redirect } from "./redirect.ts";
import { type Found, type Route, Routes } from "./routes.ts";
import { AlertTexts } from "./v2/alert-texts.ts";
import type { APIContext } from "./v2/context.ts";
import { handleV2 } from "./v2/index.ts";
import { onEnd } from "./v2/stream.ts";
import type { Client } from "./web/index.ts";

export interface APIOptions extends Omit<APIContext, "texts"> {
  /** Normalised: `/`, or `/am` without a slash at the end (spec §2.1). */
  readonly routePrefix: string;
  /** How many GET requests at the same time; 0 and below mean the number of CPUs, but at least 8. */
  readonly getConcurrency: number;
  /** ms; 0 and below mean none. */
  readonly timeout: number;
  /** Reloads the configuration. @throws Error whose message says why it was refused */
  readonly reload: () => Promise<void>;
  /** How the store is doing. */
  readonly storeHealth: () => StoreHealth;
  /** Undefined where there is none. */
  readonly redisHealth?: () => AcceleratorHealth | undefined;
  /** Who may do what; without it everybody may, as upstream has it. */
  readonly access?: Access;
  /** What `/api/plus/v1` is about beside health. */
  readonly plus?: PlusAreas;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface API {
  readonly app: Elysia;
  /** Answers a request; needs no port. One of a client that is not known may not do all. */
  handle(request: Request, client?: Client): Promise<Response>;
}

/** What a handler outside the API is given. */
interface Visit extends Target {
  readonly request: Request;
  readonly client: Client | undefined;
  /** The path without the prefix, escapes undone. */
  readonly plainPath: string;
}

interface Endpoint {
  /** The path as metrics name it. */
  readonly label: string;
  /** The role it takes where people have to prove who they are; undefined: none. */
  readonly needs?: Role;
  answer(visit: Visit): Plain | Promise<Plain | Response>;
}

/** Distinct unknown API paths counted under their own name; what comes after them is counted under the base. */
const MAX_UNKNOWN_PATHS = 500;

/** Builds everything served over HTTP (spec §2). */
export function createAPI(options: APIOptions): API {
  const { metrics, access } = options;
  const audit = options.plus?.audit;
  const log = options.log.with({ component: "api", version: "v2" });
  const v2: APIContext = { ...options, log, texts: new AlertTexts() };
  const prefix = options.routePrefix === "/" ? "" : options.routePrefix;
  const limiter = new GetLimiter(
    options.getConcurrency > 0 ? options.getConcurrency : Math.max(navigator.hardwareConcurrency, 8),
    metrics.http,
  );
  const timeoutText = formatGoDuration(options.timeout);
  const limited = (request: Request, answer: () => Promise<Response>) =>
    withTimeout(options.timeout, timeoutText, () => limiter.run(request, answer));

  const routes = new Routes(endpoints(options, prefix));
  const apiBase = `${prefix}/api/v2`;
  const apiLabels = new Set<string>();

  async function api(request: Request, { path, query }: Target, client?: Client): Promise<Response> {
    const began = performance.now();
    const { method } = request;
    const own = path.slice(prefix.length);
    const response = await limited(request, () =>
      access?.isOn === true
        ? guardedV2(access, audit, v2, request, client, own, query)
        : handleV2(v2, request, own, query),
    );
    const observe = () => {
      const duration = metrics.http.requestDuration.with(
        apiLabel(own, apiLabels),
        method.toLowerCase(),
        String(response.status),
      );
      duration.observe((performance.now() - began) / 1000);
    };
    if (!onEnd(request, response, observe)) observe();
    return response;
  }

  const plus = new PlusRequests({
    ...options.plus,
    ...(access !== undefined && { access }),
    log,
    version: options.version.version,
    base: `${prefix}/api/plus/v1`,
    health: () => health(options.storeHealth(), options.redisHealth?.()),
    metrics,
    limited,
  });

  async function visit(
    request: Request,
    target: Target,
    found: Found<Endpoint>,
    client: Client | undefined,
  ): Promise<Response> {
    const { method } = request;
    switch (found.kind) {
      case "route":
        return instrumented(request, target, found.route, client);
      case "moved": {
        const query = target.query === "" ? "" : `?${target.query}`;
        return toResponse(redirect(method === "GET" ? 301 : 307, encodePath(found.path) + query, method), method);
      }
      case "other methods": {
        const allow = found.allow.join(", ");
        const refused: Plain =
          method === "OPTIONS" ? { status: 200, headers: {}, body: "" } : errorText(405, "Method Not Allowed");
        return toResponse({ ...refused, headers: { ...refused.headers, Allow: allow } }, method);
      }
      case "none":
        return toResponse(NOT_FOUND, method);
    }
  }

  async function instrumented(
    request: Request,
    target: Target,
    { handler, method }: Route<Endpoint>,
    client: Client | undefined,
  ): Promise<Response> {
    const began = performance.now();
    const plainPath = decodePath(target.path).slice(prefix.length);
    const answer = await admitted(request, client, handler, () =>
      handler.answer({ request, client, ...target, plainPath }),
    );
    const verb = method.toLowerCase();
    const observe = () =>
      metrics.http.requestDuration
        .with(handler.label, verb, String(answer.status))
        .observe((performance.now() - began) / 1000);
    if (answer instanceof Response) {
      if (!onEnd(request, answer, observe)) observe();
      return answer;
    }
    observe();
    metrics.http.responseSize.with(handler.label, verb).observe(sizeOf(answer));
    return toResponse(answer, method);
  }

  async function admitted(
    request: Request,
    client: Client | undefined,
    { label, needs }: Endpoint,
    run: () => Plain | Promise<Plain | Response>,
  ): Promise<Plain | Response> {
    if (needs === undefined || access?.isOn !== true) return run();
    try {
      const caller = await access.admit(request, client, needs);
      const answer = await run();
      const { method } = request;
      if (needs !== "viewer" && answer.status < 400) {
        audit?.({ caller, client, what: `${method} ${label}`, path: label, status: answer.status });
      }
      return answer;
    } catch (error) {
      if (error instanceof Problem) return error.answer();
      throw error;
    }
  }

  function cleanedRedirect(cleaned: string, query: string, method: string): Response {
    const moved = cleaned === apiBase ? `${apiBase}/` : cleaned;
    return toResponse(redirect(307, encodePath(moved) + (query === "" ? "" : `?${query}`), method), method);
  }

  function anyPath(request: Request, client?: Client): Promise<Response> | Response {
    const target = targetOf(request.url);
    const { path, query } = target;
    const { method } = request;
    if (hasBadEscape(path)) return toResponse(BAD_REQUEST, method);
    const cleaned = cleanPath(path);
    if (cleaned !== path || path === apiBase) return cleanedRedirect(cleaned, query, method);
    if (path.startsWith(`${apiBase}/`)) return api(request, target, client);
    if (plus.isOurs(path)) return plus.answer(request, target, client);
    const found = routes.find(method, decodePath(path));
    const answer = () => visit(request, target, found, client);
    return isProbe(found) ? answer() : limited(request, answer);
  }

  const app = new Elysia({ normalize: false, strictPath: true });
  // The busiest paths are found by Elysia's own router; the rest follow rules that it does not have.
  for (const path of ["/alerts", "/alerts/groups", "/silences", "/status", "/receivers"]) {
    app.all(apiBase + path, ({ request }) => api(request, targetOf(request.url)));
    app.route("HEAD", apiBase + path, ({ request }) => api(request, targetOf(request.url)));
  }
  app.all("/*", ({ request }) => anyPath(request));
  app.route("HEAD", "/*", ({ request }) => anyPath(request));

  return {
    app: app as unknown as Elysia,
    // Who asks matters to few, and the router has no place for it.
    handle: async (request, client) =>
      access?.isOn === true || request.url.includes("/api/plus/") ? anyPath(request, client) : app.fetch(request),
  };
}

/** Probes are answered however many others wait: a server under load must not be taken for a dead one. */
function isProbe(found: Found<Endpoint>): boolean {
  return (
    found.kind === "route" && (found.route.handler.label === "/-/healthy" || found.route.handler.label === "/-/ready")
  );
}

function endpoints({ log, metrics, reload, storeHealth, redisHealth }: APIOptions, prefix: string): Route<Endpoint>[] {
  const scrapes = new Scrapes(metrics);
  const v1Log = log.with({ component: "api", version: "v1" });
  const ok: Plain = { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: "OK" };
  const list: Route<Endpoint>[] = [];
  const add = (method: string, path: string, label: string, answer: Endpoint["answer"], needs?: Role) =>
    list.push({ method, pattern: prefix + path, handler: { label, answer, ...(needs !== undefined && { needs }) } });

  if (prefix !== "") {
    list.push({ method: "GET", pattern: "/", handler: { label: "/", answer: () => redirect(302, prefix, "GET") } });
  }
  add("GET", "/", "/", webPage);
  add("GET", "/favicon.ico", "/favicon.ico", () => NOT_FOUND);
  add("GET", "/assets/*", "/assets/*path", ({ plainPath, request }) => webAsset(plainPath, request));
  for (const path of ["/-/healthy", "/-/ready"]) {
    add("GET", path, path, () => ok);
    add("HEAD", path, path, () => ({ status: 200, headers: {}, body: "" }));
  }
  const healthPath = "/api/plus/v1/health";
  add("GET", healthPath, healthPath, () => health(storeHealth(), redisHealth?.()), "viewer");
  const reloading = async (): Promise<Plain> => {
    try {
      await reload();
      return { status: 200, headers: {}, body: "" };
    } catch (e) {
      return errorText(500, `failed to reload config: ${e instanceof Error ? e.message : String(e)}`);
    }
  };
  add("POST", "/-/reload", "/-/reload", reloading, "admin");
  add("GET", "/metrics", "/metrics", ({ request, query }) => scrapes.answer(request.headers, query));
  // Go's profiles have no counterpart here.
  for (const method of ["GET", "POST"]) add(method, "/debug/*", "/debug/*subpath", () => NOT_FOUND);
  for (const [method, path] of V1_ENDPOINTS) {
    add(method, `/api/v1${path}`, path, ({ plainPath }) => gone(v1Log, method, plainPath));
  }
  return list;
}

/** The path as metrics name it (spec §12). */
function apiLabel(path: string, seen: Set<string>): string {
  const label = path.startsWith("/api/v2/silence/") ? "/api/v2/silence/{silenceID}" : path;
  if (!seen.has(label)) {
    if (seen.size >= MAX_UNKNOWN_PATHS) return "/api/v2/";
    seen.add(label);
  }
  return label;
}
