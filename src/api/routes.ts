import { cleanPath } from "./path.ts";

/** One method and pattern: fixed, `/x/:name` for one segment, or `/x/*` for everything below. */
export interface Route<H> {
  readonly method: string;
  readonly pattern: string;
  readonly handler: H;
}

export type Found<H> =
  | { readonly kind: "route"; readonly route: Route<H> }
  | { readonly kind: "moved"; readonly path: string }
  /** Only other methods; sorted, OPTIONS among them. */
  | { readonly kind: "other methods"; readonly allow: readonly string[] }
  | { readonly kind: "none" };

/** Finds paths as upstream's router does, with its redirects to what was probably meant (spec §2.1). */
export class Routes<H> {
  readonly #routes: readonly Route<H>[];

  constructor(routes: readonly Route<H>[]) {
    this.#routes = routes;
  }

  /** @param path with its escapes undone */
  find(method: string, path: string): Found<H> {
    const route = this.#lookup(method, path);
    if (route !== undefined) return { kind: "route", route };
    if (method !== "CONNECT" && path !== "/") {
      const moved = this.#moved(method, path);
      if (moved !== undefined) return { kind: "moved", path: moved };
    }
    const others = new Set<string>();
    for (const r of this.#routes) if (r.method !== method && matches(r.pattern, path)) others.add(r.method);
    if (others.size === 0) return { kind: "none" };
    return { kind: "other methods", allow: [...others, "OPTIONS"].sort() };
  }

  #lookup(method: string, path: string): Route<H> | undefined {
    return this.#routes.find((route) => route.method === method && matches(route.pattern, path));
  }

  #moved(method: string, path: string): string | undefined {
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    if (this.#lookup(method, other) !== undefined || this.#lacksParameter(method, path)) return other;
    const cleaned = cleanPath(path);
    for (const route of this.#routes) {
      if (route.method !== method) continue;
      const fixed = fixCase(route.pattern, cleaned);
      if (fixed !== undefined) return fixed;
    }
    return undefined;
  }

  /** `/x/` where only `/x/:name` exists is sent to `/x`, although that does not exist either. */
  #lacksParameter(method: string, path: string): boolean {
    return (
      path.endsWith("/") && this.#routes.some((r) => r.method === method && r.pattern.replace(/:\w+$/, "") === path)
    );
  }
}

function matches(pattern: string, path: string): boolean {
  if (pattern === path) return true;
  if (pattern.endsWith("/*")) return path.startsWith(pattern.slice(0, -1));
  const colon = pattern.indexOf(":");
  if (colon < 0 || !path.startsWith(pattern.slice(0, colon))) return false;
  const value = path.slice(colon);
  return value !== "" && !value.includes("/");
}

/** The path as the pattern writes it, where they differ only in case or in the slash at the end. */
function fixCase(pattern: string, path: string): string | undefined {
  const open = pattern.search(/[:*]/);
  if (open >= 0) {
    const prefix = pattern.slice(0, open);
    if (path.length <= open || path.slice(0, open).toLowerCase() !== prefix.toLowerCase()) return undefined;
    const fixed = prefix + path.slice(open);
    return matches(pattern, fixed) ? fixed : undefined;
  }
  const lower = path.toLowerCase();
  const wanted = pattern.toLowerCase();
  return lower === wanted || lower === `${wanted}/` || `${lower}/` === wanted ? pattern : undefined;
}
