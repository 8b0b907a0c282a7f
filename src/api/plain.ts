/** An answer of the endpoints outside the API: all of its body at hand. */
export interface Plain {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Text as Go's `http.Error` sends it: a line feed is added. */
export function errorText(status: number, text: string): Plain {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    body: `${text}\n`,
  };
}

export const NOT_FOUND = errorText(404, "404 page not found");

/** What Go's server itself says of a malformed request. */
export const BAD_REQUEST: Plain = {
  status: 400,
  headers: { "Content-Type": "text/plain; charset=utf-8", Connection: "close" },
  body: "400 Bad Request",
};

/** The body's length in bytes. */
export function sizeOf({ body }: Plain): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}

/** An empty body gets no Content-Type, and none goes out in answer to HEAD. */
export function toResponse({ status, headers, body }: Plain, method: string): Response {
  const content = body.length === 0 || method === "HEAD" ? null : (body as string | Uint8Array<ArrayBuffer>);
  return new Response(content, { status, headers });
}
