import { escapeHTML, plainJSON } from "../json/quote.ts";

/** On every answer of the API (spec §2.3). */
const API_HEADERS = { "Cache-Control": "no-store", Vary: "Origin" } as const;
export const JSON_HEADERS = { ...API_HEADERS, "Content-Type": "application/json" } as const;

/** A value as the body of a 200: JSON and a line feed, no HTML escaping (spec §2.3). */
export function jsonOK(value: unknown): Response {
  return jsonText(plainJSON(value));
}

/** JSON text as the body of a 200. */
export function jsonText(json: string): Response {
  return new Response(`${json}\n`, { headers: JSON_HEADERS });
}

/** An answer without body and so without Content-Type. */
export function empty(status: number): Response {
  return new Response(null, { status, headers: API_HEADERS });
}

/** A handler's error: a JSON string and a line feed (spec §2.3 b). */
export function textError(status: number, message: string): Response {
  return new Response(`${plainJSON(message)}\n`, { status, headers: JSON_HEADERS });
}

/** A request the API's framework refuses: `{"code":N,"message":"…"}` (spec §2.3 a). */
export class RequestError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The framework's error body, without a line feed; its own codes from 600 on go out as 422. None for HEAD. */
export function requestError({ code, message, headers }: RequestError, method: string): Response {
  const body = `{"code":${code},"message":${escapeHTML(JSON.stringify(message))}}`;
  return new Response(method === "HEAD" ? null : body, {
    status: code < 600 ? code : 422,
    headers: { ...JSON_HEADERS, ...headers },
  });
}
