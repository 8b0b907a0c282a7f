/**
 * How deep a `.` or `..` may stand in a path to be noticed. The runtime resolves them before a handler sees the URL,
 * but matches routes on the path as sent.
 */
const DEPTH = 8;

type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Routes for paths with a `.` or `..`, which are answered with a redirect to the cleaned path (spec §2.1).
 *
 * @param redirect told whether the path ended in the dots: what they leave behind is then no directory
 */
export function dotSegmentRoutes(
  redirect: (request: Request, atEnd: boolean) => Response | Promise<Response>,
): Record<string, Handler> {
  const routes: Record<string, Handler> = {};
  let parents = "";
  for (let depth = 0; depth < DEPTH; depth++) {
    for (const dots of [".", ".."]) {
      routes[`${parents}/${dots}`] = (request) => redirect(request, true);
      routes[`${parents}/${dots}/*`] = (request) => redirect(request, false);
    }
    parents += `/:p${depth}`;
  }
  return routes;
}

/** Whether a path as sent has a `.` or `..` in it, and whether it ends in one; undefined when there is none. */
export function dotsIn(path: string): { readonly atEnd: boolean } | undefined {
  const found = /\/\.\.?(?:\/|$)/.test(path);
  return found ? { atEnd: /\/\.\.?$/.test(path) } : undefined;
}
