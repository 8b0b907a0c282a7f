import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { createLogger } from "../../server/logger.ts";
import { openListeners } from "./index.ts";
import { run, startWeb } from "./web-harness.ts";

const log = createLogger({ level: "error", format: "logfmt", write: () => undefined });
const open = (...addresses: string[]) => openListeners({ addresses, systemdSocket: false, webConfigFile: "", log });

/** Sends bytes and gives what comes back until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (data) => (got += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(got));
  });
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;

test("an address in use is refused in upstream's words, and lets go of those before it", async () => {
  const first = await open("127.0.0.1:0");
  const { text, port } = first.addresses[0] ?? { text: "", port: 0 };
  const other = await open("127.0.0.1:0");
  const free = other.addresses[0]?.text ?? "";
  await other.stop(0);
  const message = await open(free, text).catch((e: Error) => e.message);
  expect(message).toBe(`alertmanager/app: listen "${text}": listen tcp ${text}: bind: address already in use`);
  const all = await open(`:${port}`).catch((e: Error) => e.message);
  expect(all).toBe(`alertmanager/app: listen ":${port}": listen tcp :${port}: bind: address already in use`);
  await (await open(free)).stop(0);
  await first.stop(0);
});

test("an address of nobody's is refused in upstream's words", async () => {
  const message = await open("192.0.2.1:19996").catch((e: Error) => e.message);
  const reason = "listen tcp 192.0.2.1:19996: bind: cannot assign requested address";
  expect(message).toBe(`alertmanager/app: listen "192.0.2.1:19996": ${reason}`);
});

test("every address given answers, each with the client's address", async () => {
  await using web = await startWeb((_, client) => new Response(client.address), {
    addresses: [":0", "127.0.0.1:0", "[::1]:0", "vsock://:1234"],
  });
  const [any, v4, v6] = web.listeners.addresses;
  expect([any?.text, v4?.text, v6?.text]).toEqual([`[::]:${any?.port}`, `127.0.0.1:${v4?.port}`, `[::1]:${v6?.port}`]);
  const from = async (host: string, port = 0) => (await fetch(`http://${host}:${port}/`)).text();
  expect(await from("127.0.0.1", any?.port)).toBe("127.0.0.1");
  expect(await from("[::1]", any?.port)).toBe("::1");
  expect(await from("127.0.0.1", v4?.port)).toBe("127.0.0.1");
  expect(await from("[::1]", v6?.port)).toBe("::1");
  expect(web.lines.filter((line) => line.startsWith("level=WARN"))).toHaveLength(1);
});

test("requests that come before serving begins wait", async () => {
  const listeners = await open("127.0.0.1:0");
  const early = fetch(`http://127.0.0.1:${listeners.addresses[0]?.port}/`);
  expect(await Promise.race([early, Bun.sleep(50).then(() => "waiting")])).toBe("waiting");
  listeners.serve(() => new Response("served"));
  expect(await (await early).text()).toBe("served");
  await listeners.stop(0);
});

test("the end waits for a request under way, and takes no new ones", async () => {
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const web = await startWeb(async () => {
    began.resolve();
    await gate.promise;
    return new Response("done");
  });
  const answer = fetch(`http://127.0.0.1:${web.port}/`);
  await began.promise;
  const stopped = web.listeners.stop(10_000);
  expect(await raw(web.port, get("/"))).toBe("");
  gate.resolve();
  expect(await (await answer).text()).toBe("done");
  await stopped;
  expect(web.lines.filter((line) => line.startsWith("level=WARN"))).toEqual([]);
});

test("the end waits no longer than it is told", async () => {
  const began = Promise.withResolvers<void>();
  const web = await startWeb(() => {
    began.resolve();
    return new Promise<Response>(() => undefined);
  });
  const answer = raw(web.port, get("/"));
  await began.promise;
  const begin = performance.now();
  await web.listeners.stop(100);
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(await answer).toBe("");
  expect(web.lines.at(-1)).toBe('level=WARN msg="graceful HTTP shutdown failed" err="context deadline exceeded"');
});

test("a path with dots reaches the handler as one to be cleaned", async () => {
  await using web = await startWeb((request) => new Response(new URL(request.url).pathname));
  const path = async (sent: string) => (await raw(web.port, get(sent))).split("\r\n\r\n")[1];
  expect(await path("/a/../-/healthy")).toBe("//-/healthy");
  expect(await path("/a/b/..")).toBe("//a");
  expect(await path("/..")).toBe("//");
  expect(await path("/a/./b?x=1")).toBe("//a/b");
  expect(await path("/a/b")).toBe("/a/b");
});

test("a head of a megabyte is read, a larger one refused, as by Go", async () => {
  await using web = await startWeb(() => new Response("read"));
  const status = async (length: number) => (await raw(web.port, get("/", `X: ${"a".repeat(length)}\r\n`))).slice(9, 12);
  expect([await status(900_000), await status(1_100_000)]).toEqual(["200", "431"]);
});

test("HTTP/1.0 without a host is answered, a malformed host refused", async () => {
  await using web = await startWeb((request) => new Response(new URL(request.url).pathname));
  expect(await raw(web.port, "GET /x HTTP/1.0\r\n\r\n")).toEndWith("\r\n\r\n/x");
  const malformed = await raw(web.port, "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n");
  expect([malformed.slice(9, 12), malformed.split("\r\n\r\n")[1]]).toEqual([
    "400",
    "400 Bad Request: malformed Host header",
  ]);
});

test("a handler that fails is answered for, and logged", async () => {
  await using web = await startWeb(() => {
    throw new Error("boom");
  });
  const response = await fetch(`http://127.0.0.1:${web.port}/`);
  expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
  expect(web.lines.at(-1)).toBe('level=ERROR msg="A request could not be answered" err=boom');
});

test("a client that has said all it will say is answered", async () => {
  await using web = await startWeb(() => new Response("heard"));
  const answer = new Promise<string>((resolve) => {
    let got = "";
    const socket = connect({ port: web.port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.end(get("/")));
    socket.on("data", (data) => (got += data.toString()));
    socket.on("close", () => resolve(got));
    socket.on("end", () => socket.destroy());
  });
  expect(await answer).toEndWith("heard");
});

test("three hundred clients that do not go on hold up nobody", async () => {
  await using web = await startWeb(async (request) => new Response(await request.text()));
  const half = [
    "",
    "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx",
  ];
  const sockets = await Promise.all(
    Array.from({ length: 300 }, (_, n) => {
      const { promise, resolve } = Promise.withResolvers<Socket>();
      const socket = connect(web.port, "127.0.0.1", () => {
        socket.write(half[n % 3] as string);
        resolve(socket);
      });
      socket.on("error", () => undefined);
      return promise;
    }),
  );
  const begin = performance.now();
  for (let i = 0; i < 20; i++) expect(await raw(web.port, get("/"))).toContain("200 OK");
  expect(performance.now() - begin).toBeLessThan(10_000);
  for (const socket of sockets) socket.destroy();
});

test("curl waits for nothing before it sends a large body", async () => {
  await using web = await startWeb(async (request) => new Response(String((await request.bytes()).length)));
  const url = `http://127.0.0.1:${web.port}/`;
  const { out } = await run(["curl", "-s", "-w", " %{time_total}", "--data-binary", "@-", url], "x".repeat(2_000_000));
  const [length, seconds] = out.split(" ");
  expect(length).toBe("2000000");
  // It waits a second for the 100 that it asks for, if none comes.
  expect(Number(seconds)).toBeLessThan(0.9);
});
