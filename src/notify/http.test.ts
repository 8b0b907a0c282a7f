import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { createSecureServer } from "node:http2";
import { startCapture, type CapturedRequest, type CaptureServer } from "../../test/compat/receivers/capture.ts";
import { createAuthority } from "../../test/compat/receivers/certificates.ts";
import { Secret } from "../config/secret.ts";
import type { HttpConfig } from "../config/types.ts";
import { httpConfig, oauth2Config, tlsConfig } from "./http-config.testdata.ts";
import { createHttpClient, TimeoutCause, type HttpRequest } from "./http.ts";

const authority = createAuthority();
const server = authority.issue("localhost", ["DNS:localhost", "DNS:*.example.test", "IP:127.0.0.1"]);
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
afterAll(() => authority.remove());

async function capture(): Promise<CaptureServer> {
  const started = await startCapture(server);
  cleanups.push(() => started.close());
  return started;
}

async function listening<T extends Server>(listener: T): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (listener.address() as AddressInfo).port, sockets };
}

interface Outcome {
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

const NEVER = new AbortController().signal;

async function post(
  url: string,
  changes: Partial<HttpConfig> = {},
  request: Partial<HttpRequest> = {},
  environment: Record<string, string> = {},
  signal: AbortSignal = NEVER,
): Promise<Outcome> {
  const client = createHttpClient(httpConfig(changes), environment);
  cleanups.push(() => client.close());
  return send(client, url, request, signal);
}

async function send(
  client: ReturnType<typeof createHttpClient>,
  url: string,
  request: Partial<HttpRequest> = {},
  signal: AbortSignal = NEVER,
): Promise<Outcome> {
  try {
    const headers = [
      ["User-Agent", "Alertmanager/0.34.0"],
      ["Content-Type", "application/json"],
    ] as const;
    const response = await client.send({ method: "POST", url, headers, body: "{}\n", ...request }, signal);
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { error: (error as Error).message.replace(url, "URL") };
  }
}

function headersOf(request: CapturedRequest | undefined): Record<string, string> {
  return Object.fromEntries(request?.headers ?? []);
}

describe("the wire", () => {
  test("carries what Go's client sends and nothing more", async () => {
    const { port, requests } = await capture();
    expect(await post(`http://127.0.0.1:${port}/a%2Fb/c%20d?x=1&y=a+b`)).toEqual({ status: 200, body: "" });
    expect(requests[0]).toEqual({
      method: "POST",
      target: "/a%2Fb/c%20d?x=1&y=a+b",
      headers: [
        ["Host", `127.0.0.1:${port}`],
        ["User-Agent", "Alertmanager/0.34.0"],
        ["Content-Length", "3"],
        ["Content-Type", "application/json"],
      ],
      body: "{}\n",
    });
  });

  test("names itself as Go does where no agent is given, and tells a missing body's length on POST only", async () => {
    const { port, requests } = await capture();
    await post(`http://127.0.0.1:${port}`, {}, { headers: [], body: undefined });
    await post(`http://127.0.0.1:${port}/g`, {}, { headers: [], body: undefined, method: "GET" });
    expect(requests.map((r) => [r.target, headersOf(r)])).toEqual([
      ["/", { Host: `127.0.0.1:${port}`, "User-Agent": "Go-http-client/1.1", "Content-Length": "0" }],
      ["/g", { Host: `127.0.0.1:${port}`, "User-Agent": "Go-http-client/1.1" }],
    ]);
  });

  test("uses a connection again once its response has been read", async () => {
    const listener = createServer((socket) => {
      socket.on("data", () =>
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
      );
    });
    let connections = 0;
    listener.on("connection", () => connections++);
    const { port } = await listening(listener);
    const client = createHttpClient(httpConfig(), {});
    for (let i = 0; i < 3; i++)
      expect(await send(client, `http://127.0.0.1:${port}`)).toEqual({ status: 200, body: "ok" });
    expect(connections).toBe(1);
    client.close();
  });

  test("replays a request a kept connection lost, where a key makes that safe", async () => {
    let served = 0;
    const listener = createServer((socket) => {
      let onThis = 0;
      socket.on("data", () => {
        // The second request on a connection finds it closed.
        if (++onThis === 2) return socket.destroy();
        served++;
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
    });
    const { port } = await listening(listener);
    const client = createHttpClient(httpConfig(), {});
    const url = `http://127.0.0.1:${port}`;
    expect(await send(client, url)).toEqual({ status: 200, body: "" });
    expect(await send(client, url)).toEqual({ error: `Post "URL": EOF` });
    expect(await send(client, url)).toEqual({ status: 200, body: "" });
    expect(await send(client, url, { headers: [["Idempotency-Key", "k"]] })).toEqual({ status: 200, body: "" });
    expect(served).toBe(3);
    client.close();
  });

  test("reads a body that ends with the connection, and one that breaks off", async () => {
    const answers = ["HTTP/1.0 200 OK\r\n\r\nall of it", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf"];
    const { port } = await listening(
      createServer((socket) => void socket.on("data", () => socket.end(answers.shift() ?? ""))),
    );
    const url = `http://127.0.0.1:${port}`;
    expect(await post(url)).toEqual({ status: 200, body: "all of it" });
    expect(await post(url)).toEqual({ error: "unexpected EOF" });
  });

  test("keeps at most 1 MiB of a body", async () => {
    const big = "x".repeat(3 << 20);
    const { port } = await listening(
      createServer(
        (socket) =>
          void socket.once("data", () =>
            socket.write(`HTTP/1.1 500 No\r\nContent-Length: ${big.length}\r\n\r\n${big}`),
          ),
      ),
    );
    const outcome = await post(`http://127.0.0.1:${port}`);
    expect([outcome.status, outcome.body?.length]).toEqual([500, 1 << 20]);
  });

  test("speaks HTTP/2 where the server does, unless told not to", async () => {
    const secure = createSecureServer({ cert: server.cert, key: server.key, allowHTTP1: true }, (request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () =>
        response.end(
          `${request.httpVersion} ${request.headers["user-agent"]} ${request.headers["content-length"]} ${body}`,
        ),
      );
    });
    const { port } = await listening(secure as unknown as Server);
    const tls_config = tlsConfig({ ca_file: authority.caFile });
    expect(await post(`https://localhost:${port}`, { tls_config })).toEqual({
      status: 200,
      body: "2.0 Alertmanager/0.34.0 3 {}\n",
    });
    expect(await post(`https://localhost:${port}`, { tls_config, enable_http2: false })).toEqual({
      status: 200,
      body: "1.1 Alertmanager/0.34.0 3 {}\n",
    });
  });

  test("has no limit of requests in flight", async () => {
    const { port } = await listening(createServer((socket) => void socket.on("data", () => {})));
    const fast = await capture();
    const stop = new AbortController();
    const client = createHttpClient(httpConfig(), {});
    const hanging = Array.from({ length: 1200 }, () => send(client, `http://127.0.0.1:${port}`, {}, stop.signal));
    expect(await send(client, `http://127.0.0.1:${fast.port}`)).toEqual({ status: 200, body: "" });
    stop.abort();
    const outcomes = await Promise.all(hanging);
    expect(new Set(outcomes.map((o) => o.error))).toEqual(new Set([`Post "URL": context canceled`]));
    client.close();
  });
});

describe("failures read as Go's", () => {
  test("nobody listens", async () => {
    expect(await post("http://127.0.0.1:1/")).toEqual({
      error: `Post "URL": dial tcp 127.0.0.1:1: connect: connection refused`,
    });
  });

  test("no such host", async () => {
    const { error } = await post("http://no-such-host.invalid/");
    expect(error).toMatch(/^Post "URL": dial tcp: lookup no-such-host\.invalid( on \S+:53)?: no such host$/);
  });

  test("the server hangs up", async () => {
    const { port } = await listening(createServer((socket) => void socket.on("data", () => socket.end())));
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ error: `Post "URL": EOF` });
  });

  test("the server does not speak HTTP", async () => {
    const { port } = await listening(
      createServer((socket) => void socket.on("data", () => socket.end("SSH-2.0-x\r\n"))),
    );
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({
      error: `Post "URL": net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-x"`,
    });
  });

  // What the real Alertmanager says of the same bytes.
  const BROKEN = "net/http: HTTP/1.x transport connection broken: ";
  test.each([
    ["HTTP/1.1 abc OK\r\n\r\n", `${BROKEN}malformed HTTP status code "abc"`],
    ["HTTP/1.1\r\n\r\n", `${BROKEN}malformed HTTP response "HTTP/1.1"`],
    ["HTTP/1.1 500 OK\r\nfoo\r\n\r\n", `${BROKEN}malformed MIME header: missing colon: "foo"`],
    ["HTTP/1.1 500 OK\r\nContent-Le", `${BROKEN}malformed MIME header: missing colon: "Content-Le"`],
    ["HTTP/1.1 500 OK\r\nContent-Length: x\r\n\r\n", `${BROKEN}bad Content-Length "x"`],
    [
      "HTTP/1.1 302 x\r\nLocation: http://[x\r\nContent-Length: 0\r\n\r\n",
      `failed to parse Location header "http://[x": parse "http://[x": missing ']' in host`,
    ],
  ])("the answer %p", async (answer, text) => {
    const { port } = await listening(createServer((s) => void s.on("data", () => s.end(answer))));
    expect(await post(`http://127.0.0.1:${port}`)).toEqual({ error: `Post "URL": ${text}` });
  });

  test.each([
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Nope\r\nContent-Length: 2\r\n\r\nno", { status: 404, body: "no" }],
    ["HTTP/1.1 500 x\nContent-Length: 2\n\nab", { status: 500, body: "ab" }],
    ["HTTP/1.1 304 x\r\n\r\n", { status: 304, body: "" }],
    ["HTTP/1.1 302 x\r\nContent-Length: 0\r\n\r\n", { status: 302, body: "" }],
    [
      "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
      { status: 500, body: "abc" },
    ],
    ["HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", { error: "invalid byte in chunk length" }],
  ])("is none in %p", async (answer, outcome) => {
    const { port } = await listening(createServer((s) => void s.on("data", () => s.end(answer))));
    expect(await post(`http://127.0.0.1:${port}`)).toEqual(outcome);
  });

  test("a port that is none", async () => {
    expect(await post("http://127.0.0.1:99999/")).toEqual({
      error: `Post "URL": dial tcp: address 99999: invalid port`,
    });
  });

  test("a server that closes behind each response costs nothing", async () => {
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const { port } = await listening(createServer((s) => void s.on("data", () => s.end(answer))));
    const client = createHttpClient(httpConfig(), {});
    for (let i = 0; i < 5; i++) {
      expect(await send(client, `http://127.0.0.1:${port}`)).toEqual({ status: 200, body: "ok" });
    }
    client.close();
  });

  test("a deadline, a stop, a configured timeout", async () => {
    const { port } = await listening(createServer((socket) => void socket.on("data", () => {})));
    const url = `http://127.0.0.1:${port}`;
    const run = (signal: AbortSignal) => post(url, {}, {}, {}, signal);
    expect(await run(AbortSignal.timeout(20))).toEqual({ error: `Post "URL": context deadline exceeded` });
    expect(await run(AbortSignal.abort())).toEqual({ error: `Post "URL": context canceled` });
    const cause = AbortSignal.abort(new TimeoutCause("configured webhook timeout reached (5s)"));
    expect(await run(cause)).toEqual({ error: `Post "URL": configured webhook timeout reached (5s)` });
  });

  test.each([
    ["ftp://127.0.0.1/", `Post "URL": unsupported protocol scheme "ftp"`],
    ["http:///path", `Post "URL": http: no Host in request URL`],
    ["http://[::1/", `parse "URL": missing ']' in host`],
    ["http://a:b/", `parse "URL": invalid port ":b" after host`],
    ["http://127.0.0.1/%zz", `parse "URL": invalid URL escape "%zz"`],
  ])("%s", async (url, error) => {
    expect(await post(url)).toEqual({ error });
  });

  test("the URL can be left out of the text, and a password in it always is", async () => {
    const client = createHttpClient(httpConfig(), {});
    const failed = client.send({ method: "PUT", url: "http://u:secret@127.0.0.1:1/x", headers: [] }, NEVER);
    expect(await failed.catch((e) => [e.message, e.redacted])).toEqual([
      `Put "http://u:***@127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused`,
      `Put "<redacted>": dial tcp 127.0.0.1:1: connect: connection refused`,
    ]);
  });
});

describe("authentication", () => {
  async function authorizationSent(changes: Partial<HttpConfig>, url = "", headers: HttpRequest["headers"] = []) {
    const { port, requests } = await capture();
    const outcome = await post(url.replace("PORT", String(port)) || `http://127.0.0.1:${port}`, changes, { headers });
    return outcome.error ?? headersOf(requests[0]).Authorization;
  }
  const basic_auth = {
    username: "u",
    username_file: "",
    username_ref: "",
    password: new Secret("p"),
    password_file: "",
    password_ref: "",
  };
  const authorization = { type: "Bearer", credentials: new Secret("tok"), credentials_file: "", credentials_ref: "" };

  test("basic, from a URL, and what the request already has", async () => {
    expect(await authorizationSent({ basic_auth })).toBe("Basic dTpw");
    expect(await authorizationSent({ authorization }, "http://user:pw@127.0.0.1:PORT/")).toBe("Basic dXNlcjpwdw==");
    expect(await authorizationSent({ authorization }, "", [["Authorization", "GenieKey k"]])).toBe("GenieKey k");
  });

  test("credentials from a file are trimmed and read again for each request", async () => {
    const file = join(authority.directory, "token");
    const { port, requests } = await capture();
    const client = createHttpClient(
      httpConfig({ authorization: { ...authorization, credentials: undefined, credentials_file: file } }),
      {},
    );
    const url = `http://127.0.0.1:${port}`;
    expect(await send(client, url)).toEqual({
      error: `Post "URL": unable to read authorization credentials: unable to read file ${file}: open ${file}: no such file or directory`,
    });
    for (const text of ["one\n", " two "]) {
      writeFileSync(file, text);
      await send(client, url);
    }
    expect(requests.map((r) => headersOf(r).Authorization)).toEqual(["Bearer one", "Bearer two"]);
    client.close();
  });

  test("a reference is refused when the client is built", () => {
    const build = () =>
      createHttpClient(
        httpConfig({ authorization: { ...authorization, credentials: undefined, credentials_ref: "r" } }),
        {},
      );
    expect(build).toThrow("unable to use credentials: cannot use secret ref without manager");
  });

  test("configured headers", async () => {
    const { port, requests } = await capture();
    const file = join(authority.directory, "header");
    writeFileSync(file, "from file\n");
    await post(`http://127.0.0.1:${port}`, {
      http_headers: { "x-foo-bar": { values: ["a", "b"], secrets: [new Secret("c")], files: [file] } },
    });
    expect(requests[0]?.headers.slice(4)).toEqual([
      ["X-Foo-Bar", "a"],
      ["X-Foo-Bar", "b"],
      ["X-Foo-Bar", "c"],
      ["X-Foo-Bar", "from file"],
    ]);
  });
});

describe("OAuth 2", () => {
  const token = (more: string) => ({
    headers: { "Content-Type": "application/json" },
    body: `{"access_token":"T"${more}}`,
  });

  test("fetches a token with the credentials in a header and keeps it until it ends", async () => {
    const tokens = await capture();
    const target = await capture();
    tokens.script = [token(`,"token_type":"bearer","expires_in":3600`)];
    const oauth2 = oauth2Config({
      client_secret: new Secret("s/"),
      scopes: ["b", "a"],
      endpoint_params: { audience: "x y" },
      token_url: `http://127.0.0.1:${tokens.port}/token`,
    });
    const client = createHttpClient(httpConfig({ oauth2 }), {});
    await Promise.all([1, 2].map(() => send(client, `http://127.0.0.1:${target.port}`)));
    await send(client, `http://127.0.0.1:${target.port}`);
    expect(target.requests.map((r) => headersOf(r).Authorization)).toEqual(["Bearer T", "Bearer T", "Bearer T"]);
    const body = "audience=x+y&grant_type=client_credentials&scope=b+a";
    expect(tokens.requests).toEqual([
      {
        method: "POST",
        target: "/token",
        headers: [
          ["Host", `127.0.0.1:${tokens.port}`],
          ["User-Agent", "Alertmanager/0.34.0"],
          ["Content-Length", String(body.length)],
          ["Accept-Encoding", "gzip"],
          ["Authorization", `Basic ${Buffer.from("id:s%2F").toString("base64")}`],
          ["Content-Type", "application/x-www-form-urlencoded"],
        ],
        body,
      },
    ]);
    client.close();
  });

  test("tries the form where the header is refused, and says what the server said", async () => {
    const tokens = await capture();
    const target = await capture();
    const refused = {
      status: 401,
      headers: { "Content-Type": "application/json" },
      body: `{"error":"invalid_client"}`,
    };
    tokens.script = [refused, token(""), refused];
    const config = oauth2Config({ client_secret: new Secret("s"), token_url: `http://127.0.0.1:${tokens.port}/` });
    expect(await post(`http://127.0.0.1:${target.port}`, { oauth2: config })).toEqual({ status: 200, body: "" });
    expect(tokens.requests[1]?.body).toBe("client_id=id&client_secret=s&grant_type=client_credentials");
    expect(await post(`http://127.0.0.1:${target.port}`, { oauth2: config })).toEqual({
      error: `Post "URL": oauth2: "invalid_client"`,
    });
  });

  test.each(["RS256", "RS384", "RS512"])("signs an assertion with %s", async (algorithm) => {
    const tokens = await capture();
    const target = await capture();
    tokens.script = [token("")];
    const { privateKey, publicKey } = (await import("node:crypto")).generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const oauth2 = oauth2Config({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      signature_algorithm: algorithm,
      client_certificate_key: new Secret(key),
      client_certificate_key_id: "kid1",
      audience: "aud",
      claims: { extra: new Map([["n", 1]]) },
      token_url: `http://127.0.0.1:${tokens.port}/`,
    });
    await post(`http://127.0.0.1:${target.port}`, { oauth2 });
    expect(headersOf(target.requests[0]).Authorization).toBe("Bearer T");
    const form = new URLSearchParams(tokens.requests[0]?.body);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    expect(Buffer.from(head, "base64url").toString()).toBe(`{"alg":"${algorithm}","kid":"kid1","typ":"JWT"}`);
    const claimed = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(claimed).toMatchObject({ iss: "id", sub: "id", aud: "aud", extra: { n: 1 } });
    expect(claimed.exp - claimed.iat).toBe(600);
    const { createVerify } = await import("node:crypto");
    const verifier = createVerify(algorithm.replace("RS", "RSA-SHA")).update(`${head}.${claims}`);
    expect(verifier.verify(publicKey, signature, "base64url")).toBe(true);
  });
});

describe("redirects", () => {
  const authorization = { type: "Bearer", credentials: new Secret("tok"), credentials_file: "", credentials_ref: "" };

  test.each([301, 302, 303])("%d turns into a GET without a body", async (status) => {
    const { port, requests } = await capture().then((c) =>
      Object.assign(c, { script: [{ status, headers: { Location: "../n?x=1" } }, {}] }),
    );
    await post(`http://127.0.0.1:${port}/a/b`, { authorization });
    const { Host: _, ...rest } = headersOf(requests[1]);
    expect([requests[1]?.method, requests[1]?.target, requests[1]?.body, rest]).toEqual([
      "GET",
      "/n?x=1",
      "",
      { "User-Agent": "Alertmanager/0.34.0", Authorization: "Bearer tok", Referer: `http://127.0.0.1:${port}/a/b` },
    ]);
  });

  test.each([307, 308])("%d keeps method and body", async (status) => {
    const started = await capture();
    started.script = [{ status, headers: { Location: "/n" } }, {}];
    await post(`http://127.0.0.1:${started.port}/`);
    expect([started.requests[1]?.method, started.requests[1]?.body]).toEqual(["POST", "{}\n"]);
  });

  test("credentials do not follow to another host, and are not taken up again on the way back", async () => {
    const started = await capture();
    started.script = [
      { status: 307, headers: { Location: `http://localhost:${started.port}/away` } },
      { status: 307, headers: { Location: `http://127.0.0.1:${started.port}/back` } },
      {},
    ];
    const http_headers = {
      Cookie: { values: ["c=1"], secrets: [], files: [] },
      "X-Kept": { values: ["k"], secrets: [], files: [] },
    };
    await post(`http://127.0.0.1:${started.port}/`, { authorization, http_headers });
    expect(
      started.requests.map((r) => [headersOf(r).Authorization, headersOf(r).Cookie, headersOf(r)["X-Kept"]]),
    ).toEqual([
      ["Bearer tok", "c=1", "k"],
      [undefined, undefined, "k"],
      [undefined, undefined, "k"],
    ]);
  });

  test("ten are enough; none are followed when switched off", async () => {
    const started = await capture();
    started.script = [{ status: 302, headers: { Location: "/again" } }];
    const url = `http://127.0.0.1:${started.port}/`;
    expect(await post(url)).toEqual({ error: `Post "URLagain": stopped after 10 redirects` });
    expect(started.requests).toHaveLength(10);
    expect(await post(url, { follow_redirects: false })).toEqual({ status: 302, body: "" });
  });
});

describe("proxies", () => {
  const proxy_connect_header = { "x-c": [new Secret("v")] };

  test("a plain request goes to the proxy in absolute form", async () => {
    const { port, requests } = await capture();
    const outcome = await post("http://target.test/p?q", {
      proxy_url: new Secret(`http://u:p@127.0.0.1:${port}`),
      proxy_connect_header,
    });
    expect(outcome).toEqual({ status: 200, body: "" });
    expect(requests[0]?.target).toBe("http://target.test/p?q");
    expect(headersOf(requests[0])).toEqual({
      Host: "target.test",
      "User-Agent": "Alertmanager/0.34.0",
      "Content-Length": "3",
      "Content-Type": "application/json",
      "Proxy-Authorization": "Basic dTpw",
    });
  });

  test("an encrypted one goes through a tunnel", async () => {
    const { port, requests } = await capture();
    const tls_config = tlsConfig({ ca_file: authority.caFile });
    const proxy_url = new Secret(`http://u:p@127.0.0.1:${port}`);
    expect(await post("https://a.example.test/p", { proxy_url, proxy_connect_header, tls_config })).toEqual({
      status: 200,
      body: "",
    });
    expect(requests[0]?.target).toBe("/p");
    expect(requests[0]?.via).toEqual({
      target: "a.example.test:443",
      headers: [
        ["Host", "a.example.test:443"],
        ["User-Agent", "Go-http-client/1.1"],
        ["x-c", "v"],
        ["Proxy-Authorization", "Basic dTpw"],
      ],
    });
  });

  test("what a proxy refuses, and one that is not there", async () => {
    const { port } = await listening(
      createServer((s) => void s.on("data", () => s.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))),
    );
    expect(await post("https://a.test/", { proxy_url: new Secret(`http://127.0.0.1:${port}`) })).toEqual({
      error: `Post "URL": Proxy Authentication Required`,
    });
    expect(await post("http://a.test/", { proxy_url: new Secret("http://127.0.0.1:1") })).toEqual({
      error: `Post "URL": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused`,
    });
  });

  test("an encrypted proxy: TLS within TLS", async () => {
    const inner = await capture();
    const outer = createTlsServer({ cert: server.cert, key: server.key }, (socket) => {
      const up = (require("node:net") as typeof import("node:net")).connect(inner.port, "127.0.0.1");
      up.on("error", () => {});
      socket.on("error", () => {});
      socket.pipe(up).pipe(socket);
    });
    const { port } = await listening(outer as unknown as Server);
    const outcome = await post("https://a.example.test/p", {
      proxy_url: new Secret(`https://127.0.0.1:${port}`),
      tls_config: tlsConfig({ ca_file: authority.caFile }),
    });
    expect(outcome).toEqual({ status: 200, body: "" });
    expect(inner.requests[0]?.via?.target).toBe("a.example.test:443");
  });

  test("SOCKS5", async () => {
    const target = await capture();
    const seen: string[] = [];
    const { port } = await listening(
      createServer((socket) => {
        socket.once("data", (hello) => {
          seen.push(hello.toString("hex"));
          socket.write(Buffer.from([5, 0]));
          socket.once("data", (request) => {
            seen.push(request.toString("latin1").slice(5, -2));
            const up = (require("node:net") as typeof import("node:net")).connect(target.port, "127.0.0.1", () => {
              socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
              socket.pipe(up).pipe(socket);
            });
            up.on("error", () => {});
          });
        });
      }),
    );
    expect(await post("http://target.test/s", { proxy_url: new Secret(`socks5://127.0.0.1:${port}`) })).toEqual({
      status: 200,
      body: "",
    });
    expect(seen).toEqual(["050100", "target.test"]);
    expect(target.requests[0]?.target).toBe("/s");
  });

  test.each([
    ["target.test", "", "proxied"],
    ["target.test", "other.test,target.test", "direct"],
    ["a.target.test", "target.test", "direct"],
    ["target.test", ".target.test", "proxied"],
    ["a.target.test", "*.target.test", "direct"],
    ["10.1.2.3", "10.0.0.0/8", "direct"],
    ["10.1.2.3", "10.1.2.3:81", "proxied"],
    ["target.test", "*", "direct"],
  ])("%s with NO_PROXY=%s is %s", async (host, no_proxy, way) => {
    const { proxyFor } = await import("./http/proxy.ts");
    const { parseUrl } = await import("./http/url.ts");
    const choose = proxyFor(httpConfig({ proxy_from_environment: true }), {
      HTTP_PROXY: "proxy.test:3128",
      NO_PROXY: no_proxy,
    });
    expect(choose(parseUrl(`http://${host}/`))?.host).toBe(way === "proxied" ? "proxy.test:3128" : undefined);
    expect(choose(parseUrl(`https://${host}/`))).toBeUndefined();
  });

  test("a bare proxy_url is used for this machine too, one with no_proxy is not", async () => {
    const { port, requests } = await capture();
    const direct = await capture();
    const proxy_url = new Secret(`http://127.0.0.1:${port}`);
    await post(`http://127.0.0.1:${direct.port}/`, { proxy_url });
    await post(`http://127.0.0.1:${direct.port}/`, { proxy_url, no_proxy: "x.test" });
    expect([requests.length, direct.requests.length]).toEqual([1, 1]);
  });
});

describe("TLS", () => {
  async function secure(options: Partial<import("node:tls").TlsOptions> = {}) {
    const listener = createTlsServer({ cert: server.cert, key: server.key, ...options }, (socket) => {
      socket.on("error", () => {});
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    });
    listener.on("tlsClientError", () => {});
    return (await listening(listener as unknown as Server)).port;
  }
  const ca = tlsConfig({ ca_file: authority.caFile });
  const ok = { status: 200, body: "" };

  test("trusts what the authority signed for the name called", async () => {
    const port = await secure();
    expect(await post(`https://localhost:${port}`, { tls_config: ca })).toEqual(ok);
    expect(await post(`https://127.0.0.1:${port}`, { tls_config: ca })).toEqual(ok);
    expect(await post(`https://127.0.0.1:${port}`, { tls_config: { ...ca, server_name: "x.example.test" } })).toEqual(
      ok,
    );
    expect(await post(`https://127.0.0.1:${port}`, { tls_config: tlsConfig({ insecure_skip_verify: true }) })).toEqual(
      ok,
    );
  });

  test.each([
    [tlsConfig(), "x509: certificate signed by unknown authority"],
    [{ ...ca, server_name: "other.test" }, "x509: certificate is valid for localhost, *.example.test, not other.test"],
    [{ ...ca, server_name: "10.0.0.1" }, "x509: certificate is valid for 127.0.0.1, not 10.0.0.1"],
  ])("refuses a certificate (%#)", async (tls_config, text) => {
    expect(await post(`https://localhost:${await secure()}`, { tls_config })).toEqual({
      error: `Post "URL": tls: failed to verify certificate: ${text}`,
    });
  });

  test("refuses one with only a common name, and one that has ended", async () => {
    const named = authority.issue("localhost", []);
    const ended = authority.issue("localhost", ["DNS:localhost"], -1);
    expect(await post(`https://localhost:${await secure(named)}`, { tls_config: ca })).toEqual({
      error: `Post "URL": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead`,
    });
    const { error } = await post(`https://localhost:${await secure(ended)}`, { tls_config: ca });
    expect(error).toMatch(/x509: certificate has expired or is not yet valid: current time \S+Z is after \S+Z$/);
  });

  test("shows its own certificate, read again when the file changes", async () => {
    const port = await secure({
      ca: [await Bun.file(authority.caFile).text()],
      requestCert: true,
      rejectUnauthorized: true,
    });
    const url = `https://localhost:${port}`;
    expect((await post(url, { tls_config: ca })).error).toEndWith("remote error: tls: certificate required");
    const mine = authority.issue("client", ["DNS:client"]);
    const files = { cert_file: join(authority.directory, "my.pem"), key_file: join(authority.directory, "my.key") };
    const other = createAuthority();
    const foreign = other.issue("client", ["DNS:client"]);
    writeFileSync(files.cert_file, foreign.cert);
    writeFileSync(files.key_file, foreign.key);
    other.remove();
    const client = createHttpClient(httpConfig({ tls_config: { ...ca, ...files } }), {});
    expect((await send(client, url)).error).toStartWith(`Post "URL": `);
    writeFileSync(files.cert_file, mine.cert);
    writeFileSync(files.key_file, mine.key);
    expect(await send(client, url)).toEqual(ok);
    client.close();
  });

  test("versions", async () => {
    const port = await secure({ maxVersion: "TLSv1.2" });
    expect(await post(`https://localhost:${port}`, { tls_config: { ...ca, max_version: "TLS12" } })).toEqual(ok);
    expect(await post(`https://localhost:${port}`, { tls_config: { ...ca, min_version: "TLS13" } })).toEqual({
      error: `Post "URL": remote error: tls: protocol version not supported`,
    });
  });

  test("a connection that breaks off in the handshake", async () => {
    const { port } = await listening(
      createServer((socket) => void socket.once("data", () => socket.resetAndDestroy())),
    );
    const { error } = await post(`https://localhost:${port}`);
    expect(error).toMatch(/^Post "URL": (EOF|read tcp \S+->\S+: read: connection reset by peer)$/);
  });

  test("a server that does not speak TLS", async () => {
    const { port } = await listening(
      createServer((s) => void s.on("data", () => s.end("HTTP/1.1 400 Bad Request\r\n\r\n"))),
    );
    expect(await post(`https://localhost:${port}`)).toEqual({
      error: `Post "URL": http: server gave HTTP response to HTTPS client`,
    });
  });

  test.each([
    [
      tlsConfig({ ca_file: "/nope" }),
      "unable to read CA cert: unable to read file /nope: open /nope: no such file or directory",
    ],
    [tlsConfig({ ca: "garbage" }), "unable to use specified CA cert inline"],
    [tlsConfig({ ca_ref: "x" }), "unable to use CA cert: cannot use secret ref without manager"],
    [
      tlsConfig({ cert: "x", key: new Secret("y") }),
      "unable to use specified client cert (inline) & key (inline): tls: failed to find any PEM data in certificate input",
    ],
    [
      tlsConfig({ cert_file: server.certFile, key_file: authority.caFile }),
      `unable to use specified client cert (file ${server.certFile}) & key (file ${authority.caFile}): tls: found a certificate rather than a key in the PEM for the private key`,
    ],
    [
      tlsConfig({ cert_file: authority.caFile, key_file: server.keyFile }),
      `unable to use specified client cert (file ${authority.caFile}) & key (file ${server.keyFile}): tls: private key does not match public key`,
    ],
    [
      tlsConfig({ min_version: "TLS13", max_version: "TLS12" }),
      "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
    ],
  ])("is judged when the client is built (%#)", (tls_config, message) => {
    expect(() => createHttpClient(httpConfig({ tls_config }), {})).toThrow(message);
  });
});
