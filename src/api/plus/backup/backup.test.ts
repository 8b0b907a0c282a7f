import { afterEach, describe, expect, test } from "bun:test";
import { startAPI } from "../../../../test/compat/api/engine-server.ts";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { settle } from "../../../dispatch/manual-clock.ts";
import { BackupError } from "../../../backup/format.ts";
import type { Restored } from "../../../backup/restore.ts";
import type { Client } from "../../web/index.ts";
import type { BackupDesk } from "./backup.ts";

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

const LOCAL: Client = { address: "127.0.0.1" };
const GZIP = { "Content-Type": "application/gzip" };

const none = { new: 0, older: 0 };
const restored: Restored = {
  takenAt: 1,
  source: "sqlite",
  counts: {
    silences: none,
    notificationLog: none,
    groups: none,
    decisions: none,
    alerts: none,
    classifications: none,
    documents: none,
    history: none,
  },
  unreadable: [],
};

async function* bytes(...pieces: readonly string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function start(desk: Partial<BackupDesk> = {}, options: Parameters<typeof startAPI>[0] = {}) {
  const backups = { take: async () => bytes("a", "b"), restore: async () => restored, ...desk };
  const { api, stop } = await startAPI({ ...options, plus: { backups } });
  running.push(stop);
  return (method: string, path: string, init: RequestInit & { client?: Client; host?: string } = {}) =>
    api.handle(
      new Request(`http://${init.host ?? "localhost:9093"}/api/plus/v1${path}`, { ...init, method }),
      init.client ?? LOCAL,
    );
}

describe("a backup is only for", () => {
  test.each([
    ["a program on this machine", LOCAL, {}, "localhost:9093", 200],
    ["one that asks by IPv6", { address: "::1" }, {}, "[::1]:9093", 200],
    ["one that asks by address", { address: "127.1.2.3" }, {}, "127.0.0.1", 200],
    ["somebody who has proved who they are", { address: "192.0.2.1", isAuthenticated: true }, {}, "am.example", 200],
    ["not for another machine", { address: "192.0.2.1" }, {}, "localhost", 403],
    ["not for one that is not known", { address: "" }, {}, "localhost", 403],
    ["not for whoever a proxy speaks for", LOCAL, { "X-Forwarded-For": "192.0.2.1" }, "localhost", 403],
    [
      "not for whoever a proxy speaks for, in the standard's way",
      LOCAL,
      { Forwarded: "for=192.0.2.1" },
      "localhost",
      403,
    ],
    ["not for a page in a browser", LOCAL, { Origin: "http://evil.example" }, "localhost", 403],
    ["not for a page whose host has this machine's address", LOCAL, {}, "evil.example:9093", 403],
  ] as const)("%s", async (_, client, headers, host, status) => {
    const request = await start();

    const taken = await request("GET", "/backup", { client, headers, host });
    const given = await request("POST", "/restore", { client, host, headers: { ...headers, ...GZIP }, body: "x" });

    expect([taken.status, given.status]).toEqual([status, status]);
    if (status === 403) {
      expect(await taken.json()).toMatchObject({
        status: 403,
        detail: expect.stringMatching(/from this machine|of other sites/),
      });
    }
  });
});

test("a backup is a file to save, one at a time", async () => {
  const request = await start();
  const first = await request("GET", "/backup");
  const second = await request("GET", "/backup");

  expect(first.headers.get("content-type")).toBe("application/gzip");
  expect(first.headers.get("content-disposition")).toMatch(
    /^attachment; filename="alertmanager-\d{8}T\d{6}Z\.ndjson\.gz"$/,
  );
  expect(second.headers.get("content-type")).toBe("application/problem+json");
  expect(await second.json()).toMatchObject({
    status: 503,
    detail: "another backup is being taken, try again when it is done",
  });
  expect(await first.text()).toBe("ab");
  expect((await request("GET", "/backup")).status).toBe(200);
});

test("one that cannot be begun is an error, not a file cut short", async () => {
  const take = async () =>
    (async function* () {
      yield* bytes();
      throw new StorageError("failed", "the history cannot be read");
    })();
  const request = await start({ take });

  for (let i = 0; i < 2; i++) {
    const answer = await request("GET", "/backup");
    expect([answer.status, await answer.json()]).toMatchObject([503, { detail: "the history cannot be read" }]);
  }
});

test("a client that goes away makes room for the next", async () => {
  const request = await start();
  const abort = new AbortController();
  await request("GET", "/backup", { signal: abort.signal });
  abort.abort();

  expect((await request("GET", "/backup")).status).toBe(200);
});

/** A desk whose first backup begins when it is let. */
function slowAtFirst() {
  const { promise: let_, resolve: begin } = Promise.withResolvers<void>();
  let asked = 0;
  const take = async () => {
    if (asked++ === 0) await let_;
    return bytes("a", "b");
  };
  return { desk: { take }, begin };
}

test("a client that goes away before its backup begins makes room for the next", async () => {
  const { desk, begin } = slowAtFirst();
  const request = await start(desk, { getConcurrency: 1 });
  const abort = new AbortController();
  const given = request("GET", "/backup", { signal: abort.signal });
  await settle();
  abort.abort();
  begin();
  await given;

  expect((await request("GET", "/backup")).status).toBe(200);
});

test("a backup that comes too late for whoever asked makes room for the next", async () => {
  const { desk, begin } = slowAtFirst();
  const request = await start(desk, { getConcurrency: 1, timeout: 1000 });

  expect((await request("GET", "/backup")).status).toBe(503);
  begin();
  await settle();
  expect((await request("GET", "/backup")).status).toBe(200);
});

test("what a backup would be sent as can be asked for any number of times", async () => {
  const request = await start({}, { getConcurrency: 1 });
  for (let i = 0; i < 3; i++) {
    const head = await request("HEAD", "/backup");
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "application/gzip", ""]);
  }
  expect(await (await request("GET", "/backup")).text()).toBe("ab");
});

test("what became of a backup is told as JSON", async () => {
  const given: string[] = [];
  const request = await start({
    restore: async (file) => {
      given.push(Buffer.from(file).toString());
      return restored;
    },
  });

  const response = await request("POST", "/restore", { headers: GZIP, body: "file" });

  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await response.json()).toEqual(restored);
  expect(given).toEqual(["file"]);
});

test.each([
  ["a file that is none", new BackupError("line 3: nonsense"), 400, "line 3: nonsense"],
  [
    "a file that is too much",
    new BackupError("the backup is large", "too large"),
    413,
    "the backup is large: stop the server and restore into its directory, alertmanager restore --storage.path",
  ],
  [
    "a store that fails",
    new StorageError("full", "no room"),
    503,
    "not all of the backup is stored, restore it again: no room",
  ],
])("%s is told of", async (_, error, status, detail) => {
  const request = await start({ restore: () => Promise.reject(error) });
  const response = await request("POST", "/restore", { headers: GZIP, body: "x" });
  expect(await response.json()).toMatchObject({ status, detail });
});

test("a form cannot send a backup, and nobody too large a one", async () => {
  const request = await start();
  expect((await request("POST", "/restore", { headers: { "Content-Type": "text/plain" }, body: "x" })).status).toBe(
    415,
  );
  const large = { ...GZIP, "Content-Length": String(65 * 1024 * 1024) };
  expect((await request("POST", "/restore", { headers: large, body: "x" })).status).toBe(413);
  async function* endless() {
    for (;;) yield new Uint8Array(1024 * 1024);
  }
  const body = endless() as unknown as ReadableStream;
  expect((await request("POST", "/restore", { headers: GZIP, body })).status).toBe(413);
});

test("one backup is restored at a time", async () => {
  const { promise, resolve } = Promise.withResolvers<Restored>();
  const request = await start({ restore: () => promise });
  const first = request("POST", "/restore", { headers: GZIP, body: "x" });
  const second = await request("POST", "/restore", { headers: GZIP, body: "x" });
  expect(second.status).toBe(503);
  resolve(restored);
  expect((await first).status).toBe(200);
});
