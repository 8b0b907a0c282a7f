/**
 * How deep a `.` or `..` may stand in a path to be noticed. The runtime resolves them before a handler sees the URL,
 * but matches routes on the path as sent.
 */
const DEPTH = 8;

type Handler<S> = (request: Request, server: S) => Response | Promise<Response>;

/**
 * Routes for paths with a `.` or `..`. They go to the handler as a request whose cleaned path begins with two slashes:
 * that too is a path to be redirected to the cleaned one (spec §2.1), and the runtime leaves it as it is.
 */
export function dotSegmentRoutes<S>(handle: Handler<S>): Record<string, Handler<S>> {
  const routes: Record<string, Handler<S>> = {};
  let parents = "";
  for (let depth = 0; depth < DEPTH; depth++) {
    for (const dots of [".", ".."]) {
      routes[`${parents}/${dots}`] = (request, server) => handle(marked(request, true), server);
      routes[`${parents}/${dots}/*`] = (request, server) => handle(marked(request, false), server);
    }
    parents += `/:p${depth}`;
  }
  return routes;
}

/** @param atEnd whether the path ended in the dots: what they leave behind is then no directory */
function marked(request: Request, atEnd: boolean): Request {
  const { origin, pathname, search } = new URL(request.url, "http://localhost");
  const path = atEnd ? pathname.replace(/\/$/, "") : pathname;
  return new Request(`${origin}/${path === "" ? "/" : path}${search}`, {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
  });
}
