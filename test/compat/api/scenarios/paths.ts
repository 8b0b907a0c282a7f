import { type Exchange, type Scenario, get, send } from "../exchange.ts";

function paths(prefix: string): Exchange[] {
  return [
    ...["/-/healthy", "/-/ready"].flatMap((path) =>
      ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"].map((method) => send(method, prefix + path)),
    ),
    get(`${prefix}/-/healthy`, "Origin: http://foo"),
    send("OPTIONS", `${prefix}/-/healthy`, "Origin: http://foo", "Access-Control-Request-Method: GET"),
    ...["GET", "HEAD", "PUT", "OPTIONS", "POST"].map((method) => send(method, `${prefix}/-/reload`)),
    ...["HEAD", "POST", "OPTIONS", "DELETE"].map((method) => send(method, `${prefix}/metrics`)),
    ...["HEAD", "POST", "OPTIONS"].map((method) => send(method, `${prefix}/`)),

    // A slash too many or too few, the wrong case.
    ...["/-/ready/", "/-/READY", "/-/Ready/", "/metrics/", "/METRICS?a=b", "/metrics/?a=b&c", "/assets", "/debug"].map(
      (p) => get(prefix + p),
    ),
    ...["/-/ready/", "/-/READY", "/-/reload/", "/-/RELOAD", "/-/RELOAD/?x=y", "/metrics/", "/assets"].map((p) =>
      send("POST", prefix + p),
    ),
    ...["/-/healthy/", "/-/HEALTHY", "/metrics/"].map((p) => send("HEAD", prefix + p)),
    ...[
      "/Assets/Foo",
      "/DEBUG/x",
      "/api/V1/ALERTS",
      "/api/v1/ALERTS/",
      "/api/v1/silence/",
      "/m%65trics/",
      "/metrics%2F",
    ].map((p) => get(prefix + p)),
    send("DELETE", `${prefix}/api/v1/Silence/Abc`),

    // Not clean.
    ...["//", "//metrics", "/api//v2/status", "/api/v2//alerts", "/api/v2/alerts//", "//a%20b", "/-//healthy?x=1"].map(
      (p) => get(prefix + p),
    ),
    ...["//-/reload", "/api//v2/silences?a=b"].map((p) => send("POST", prefix + p)),
    send("DELETE", `${prefix}/api//v2/silence/x`),
    ...[
      "/./-/healthy",
      "/a/../-/healthy",
      "/../metrics",
      "/api/v2/../v2/status?x=a%20b",
      "/api/./v2/alerts",
      "/a/b/../../x",
    ].map((p) => get(prefix + p)),
    send("POST", `${prefix}/a/../-/reload?x=1`),
    send("DELETE", `${prefix}/api/v2/../v2/alerts`),

    // Nothing there.
    ...[
      "/nope",
      "/api",
      "/api/",
      "/api/v1",
      "/api/v1/",
      "/api/v1/foo",
      "/api/v1/silence",
      "/api/v1/silence/a/b",
      "/index.html",
    ].map((p) => get(prefix + p)),
    ...[
      "/-",
      "/-/",
      "/-/healthy/x",
      "/API/v2/alerts",
      "/api%2fv2/status",
      "/favicon.ico",
      "/assets/x",
      "/assets/",
      "/debug/x",
    ].map((p) => get(prefix + p)),
    ...["POST", "PUT", "HEAD", "OPTIONS"].flatMap((m) =>
      ["/nope", "/favicon.ico", "/assets/x", "/debug/x"].map((p) => send(m, prefix + p)),
    ),
    get(`${prefix}/%2d/healthy`),
    get(`${prefix}/-/healthy?x=%zz`),
    get(`${prefix}/%zz`),

    // The first API.
    ...["/status", "/receivers", "/alerts", "/silences", "/silence/x"].flatMap((path) =>
      ["GET", "POST", "DELETE", "HEAD", "OPTIONS"].map((method) => send(method, `${prefix}/api/v1${path}`)),
    ),
    get(`${prefix}/api/v1/silence/%20`),
    get(`${prefix}/api/v1/alerts/`),
  ];
}

export const PATHS: Scenario = { name: "paths", exchanges: paths("") };

export const PREFIXED_PATHS: Scenario = {
  name: "prefixed-paths",
  routePrefix: "/am",
  exchanges: [
    ...paths("/am"),
    get("/"),
    get("/?a=b"),
    ...["POST", "HEAD", "OPTIONS"].map((method) => send(method, "/")),
    get("/am"),
    send("POST", "/am"),
    get("/AM/"),
    ...["/-/healthy", "/metrics", "/api/v2/status", "/am/am/", "/ama"].map((p) => get(p)),
    get("/am/api/v2"),
    get("/am/api/v2/"),
    get("/am/api/v2/nope"),
    get("/am/api/v2/alerts"),
    get("/am/api/v2/receivers"),
    get("/am/api/v2/silence/x"),
  ],
};
