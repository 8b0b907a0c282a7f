/** Methods and request headers another site's page may use (spec §2.3); the headers in the order they must be sent. */
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "HEAD", "OPTIONS"]);
const HEADERS: readonly string[] = ["accept", "content-type", "x-requested-with"];

/** The answer to a preflight request, undefined when it is none. */
export function preflight(request: Request): Response | undefined {
  if (request.method !== "OPTIONS") return undefined;
  const method = request.headers.get("access-control-request-method");
  if (method === null || method === "") return undefined;
  const headers: Record<string, string> = {
    Vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
  };
  const asked = request.headers.get("access-control-request-headers");
  if (hasOrigin(request) && METHODS.has(method) && (asked === null || allowed(asked))) {
    headers["Access-Control-Allow-Origin"] = "*";
    headers["Access-Control-Allow-Methods"] = method;
    if (asked !== null && asked !== "") headers["Access-Control-Allow-Headers"] = asked;
  }
  return new Response(null, { status: 204, headers });
}

/** Marks an answer as readable by any site, where the request came from one. */
export function allowOrigin(request: Request, response: Response): void {
  if (hasOrigin(request) && METHODS.has(request.method)) response.headers.set("Access-Control-Allow-Origin", "*");
}

function hasOrigin(request: Request): boolean {
  const origin = request.headers.get("origin");
  return origin !== null && origin !== "";
}

/** Browsers send the names in lower case, sorted, with at most a blank around each; anything else is refused. */
function allowed(list: string): boolean {
  let position = -1;
  let blanks = 0;
  for (const element of list.split(",")) {
    const name = element.replace(/^[ \t]/, "").replace(/[ \t]$/, "");
    if (name === "") {
      if (++blanks > 16) return false;
      continue;
    }
    const at = HEADERS.indexOf(name);
    if (at <= position) return false;
    position = at;
  }
  return true;
}
