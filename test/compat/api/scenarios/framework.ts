import { type Exchange, type Scenario, get, send } from "../exchange.ts";

const STATUS = "/api/v2/status";
const ALERTS = "/api/v2/alerts";

const PATHS = ["/status", "/receivers", "/alerts", "/alerts/groups", "/silences", "/silence/abc"].map(
  (p) => `/api/v2${p}`,
);

function typed(contentType: string | undefined, body: string, ...more: string[]): Exchange {
  const headers = contentType === undefined ? more : [`Content-Type: ${contentType}`, ...more];
  return { method: "POST", path: ALERTS, headers, body };
}

function chunked(contentType: string, body: string): Exchange {
  const framed = body === "" ? "" : `${body.length.toString(16)}\r\n${body}\r\n`;
  return {
    method: "POST",
    path: ALERTS,
    headers: [`Content-Type: ${contentType}`, "Transfer-Encoding: chunked"],
    body: `${framed}0\r\n\r\n`,
  };
}

/** What the API answers before any endpoint is asked: methods, media types, other sites' pages. */
export const FRAMEWORK: Scenario = {
  name: "framework",
  exchanges: [
    ...PATHS.flatMap((path) => ["HEAD", "PUT", "PATCH", "OPTIONS"].map((method) => send(method, path))),
    ...PATHS.filter((path) => !path.includes("alerts") && !path.includes("silence")).map((p) => send("POST", p)),
    send("POST", "/api/v2/alerts/groups"),
    send("DELETE", ALERTS),
    send("DELETE", "/api/v2/silences"),
    send("POST", "/api/v2/silence/abc"),
    ...[
      "",
      "/",
      "/foo",
      "/foo/",
      "/ALERTS",
      "/swagger.json",
      "/docs",
      "/alerts/x",
      "/alerts/groups/x",
      "/silence",
      "/silence/",
    ].map((path) => get(`/api/v2${path}`)),
    ...["/silence/a/b", "/%73tatus", "/<x>", "/a%20b", "/status.json"].map((path) => get(`/api/v2${path}`)),
    send("POST", "/api/v2"),
    send("HEAD", "/api/v2/nope"),
    ...["/alerts/", "/alerts/groups/", "/silences/", "/receivers/", "/alerts?", "/alerts?x=y"].map((path) =>
      get(`/api/v2${path}`),
    ),

    // Accept
    ...[
      "text/html",
      "text/html, */*;q=0.1",
      "application/*",
      "application/json;q=0",
      "application/json;q=0.0",
      "",
      ",",
      "*",
      "garbage",
      "*/json",
      "*/*;q=0",
      "text/html;q=1, application/json;q=0",
      "application/json; charset=utf-8",
      "APPLICATION/JSON",
      "application/json;foo=bar",
      "application/json;q=abc",
      "application/problem+json",
      'text/x;a="b,application/json"',
      "application/json;;",
      "application/xml,application/json",
    ].map((accept) => get(STATUS, `Accept: ${accept}`)),
    get(STATUS, "Accept: text/plain", "Accept: application/json"),
    get("/api/v2/nope", "Accept: text/html"),
    get("/api/v2/silence/abc", "Accept: text/html"),

    // Content-Type
    typed(undefined, "[]"),
    ...[
      "application/json",
      "text/plain",
      "application/json; charset=utf-8",
      "APPLICATION/JSON",
      "Application/Json ; charset=x",
      "foo; ;",
      "application/json; ;",
      "",
      "a b",
      "/json",
      "json",
      "application/",
      "application/json; charset",
      "application/json; a=b; a=c",
      'application/json; a="b',
      'application/json; a="b;c"',
      "application/xml; a=b",
      "application/json;",
      "application/x-www-form-urlencoded",
      "application/json, text/plain",
      "application/*",
      "*/*",
      "application/vnd.api+json",
      '"x"',
    ].map((type) => typed(type, "[]")),
    typed("text/plain", "[]", "Accept: text/html"),
    typed("application/json", "[]", "Accept: text/html"),
    typed("application/json", "[", "Accept: text/html"),
    ...["application/json", "text/plain"].map((type) => send("POST", ALERTS, `Content-Type: ${type}`)),
    send("POST", ALERTS),
    send("POST", ALERTS, "Content-Type: application/json", "Content-Length: 0"),
    chunked("application/json", ""),
    chunked("application/json", "[]"),
    chunked("text/plain", ""),
    chunked("text/plain", "[]"),
    { method: "GET", path: ALERTS, headers: ["Content-Type: text/plain"], body: "x" },
    { method: "GET", path: ALERTS, headers: ["Content-Type: application/json"], body: "x" },
    { method: "DELETE", path: "/api/v2/silence/abc", headers: ["Content-Type: text/plain"], body: "x" },
    { method: "PUT", path: "/api/v2/silences", headers: ["Content-Type: text/plain"], body: "x" },

    // Cross-origin requests
    get(ALERTS, "Origin: http://foo"),
    get(ALERTS, "Origin: "),
    get("/api/v2/nope", "Origin: http://foo"),
    send("DELETE", ALERTS, "Origin: http://foo"),
    send("DELETE", "/api/v2/silence/abc", "Origin: http://foo"),
    send("HEAD", ALERTS, "Origin: http://foo"),
    send("PUT", ALERTS, "Origin: http://foo"),
    send("OPTIONS", ALERTS, "Origin: http://foo"),
    ...["GET", "POST", "HEAD", "OPTIONS", "DELETE", "PUT", "post", ""].map((method) =>
      send("OPTIONS", ALERTS, "Origin: http://foo", `Access-Control-Request-Method: ${method}`),
    ),
    send("OPTIONS", ALERTS, "Access-Control-Request-Method: POST"),
    send("OPTIONS", "/api/v2/nope", "Origin: http://foo", "Access-Control-Request-Method: GET"),
    send("OPTIONS", "/api/v2/silence/abc", "Origin: http://foo", "Access-Control-Request-Method: DELETE"),
    ...[
      "content-type",
      "content-type, x-foo",
      "Content-Type",
      "accept,content-type,x-requested-with",
      "accept, content-type",
      "accept,  content-type",
      "content-type,accept",
      "accept,,content-type",
      "",
      ",",
      "authorization",
    ].map((headers) =>
      send(
        "OPTIONS",
        ALERTS,
        "Origin: http://foo",
        "Access-Control-Request-Method: POST",
        `Access-Control-Request-Headers: ${headers}`,
      ),
    ),
  ],
};
