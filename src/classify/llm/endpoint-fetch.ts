/** An answer of the endpoint beyond all measure. */
export class ResponseTooLargeError extends Error {}

// An answer has some kilobytes.
const MAX_RESPONSE = 1024 * 1024;

/** What is sent of the headers a client library makes: nothing about the machine it runs on. */
const SENT = ["accept", "content-type", "authorization", "api-key", "x-api-key", "anthropic-version"];

/**
 * `fetch` for endpoints of language models. The whole body has arrived, and is within bounds, when it resolves. A redirect is not
 * followed: it would take the key along.
 * @throws ResponseTooLargeError, and what fetch throws
 */
export async function endpointFetch(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const given = new Headers(init.headers);
  const headers: Record<string, string> = { "user-agent": "alertmanager-plus-plus" };
  for (const name of SENT) {
    const value = given.get(name);
    if (value !== null) headers[name] = value;
  }
  const response = await fetch(url, { ...init, headers, redirect: "manual" });
  const body = await readBounded(response);
  const received = new Headers(response.headers);
  // They are about the body as it was on the wire.
  received.delete("content-encoding");
  received.delete("content-length");
  return new Response(body.length === 0 ? null : body, { status: response.status, headers: received });
}

async function readBounded(response: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_RESPONSE) throw new ResponseTooLargeError(`the response is larger than ${MAX_RESPONSE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
