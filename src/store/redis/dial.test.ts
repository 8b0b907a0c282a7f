import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../../../test/support/redis.ts";
import { eventually } from "../../../test/support/wait.ts";
import { connected, linkOf, settingsOf } from "./redis-harness.ts";

const soon = { everyMs: 5 };

/** A file of a test's own. */
function temporaryFile(content: string) {
  const directory = mkdtempSync(join(tmpdir(), "redis-test-"));
  const path = join(directory, "file");
  const write = (text: string) => writeFileSync(path, text);
  write(content);
  return { path, write, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

test("a password comes from the URL, or from a file that is read again at each attempt", async () => {
  await using redis = await startRedis({ password: "correct: @/" });
  const { port } = new URL(redis.url);
  using file = temporaryFile("wrong\n");
  await using byUrl = linkOf(settingsOf({ url: redis.url }), "a");
  await using byFile = linkOf(settingsOf({ url: `redis://127.0.0.1:${port}`, password_file: file.path }), "b");
  await using none = linkOf(settingsOf({ url: `redis://127.0.0.1:${port}` }), "c");
  await connected(byUrl);
  await eventually("both are refused", () => byFile.changes.length > 0 && none.changes.length > 0, soon);
  file.write("correct: @/\n");
  await connected(byFile);

  expect(byFile.changes).toEqual([expect.stringContaining("WRONGPASS"), true]);
  expect(none.changes).toEqual([expect.stringContaining("NOAUTH")]);
  expect(JSON.stringify(byFile.changes)).not.toContain("wrong");
});

test("a password file that is not there is named", async () => {
  await using a = linkOf(settingsOf({ url: "redis://127.0.0.1:1", password_file: "/nowhere/password" }), "a");
  await eventually("it says why", () => a.changes.length > 0, soon);

  expect(a.changes).toEqual(["ENOENT: no such file or directory, open '/nowhere/password'"]);
});

test("TLS trusts the given authority and wants the server's name", async () => {
  await using redis = await startRedis({ tls: true, password: "pw" });
  const ca_file = redis.caFile;
  await using trusted = linkOf(settingsOf({ url: redis.url, tls: { ca_file } }), "a");
  await using careless = linkOf(settingsOf({ url: redis.url, tls: { insecure_skip_verify: true } }), "b");
  await using stranger = linkOf(settingsOf({ url: redis.url }), "c");
  await using misnamed = linkOf(settingsOf({ url: redis.url, tls: { ca_file, server_name: "redis.example" } }), "d");
  await using plain = linkOf(settingsOf({ url: redis.url.replace("rediss:", "redis:") }), "e");
  await connected(trusted, careless);
  const refused = [stranger, misnamed, plain];
  await eventually("the others are refused", () => refused.every(({ changes }) => changes.length > 0), soon);

  expect(stranger.changes[0]).toContain("self signed certificate");
  expect(misnamed.changes[0]).toContain("redis.example. is not in the cert's altnames");
  expect(refused.some(({ link }) => link.connected)).toBe(false);
});

test("another database of the same server has its own keys", async () => {
  await using redis = await startRedis();
  const settings = settingsOf({ url: redis.url });
  await using a = linkOf({ ...settings, database: 2 }, "a");
  await connected(a);
  await a.link.rateLimiter(new Map([["r", { every: 60_000, burst: 1 }]])).take("r", "g");

  expect(await redis.command("INFO", "keyspace")).toContain("db2:keys=1");
});

test("behind sentinels, the servers follow the master", async () => {
  using password = temporaryFile("pw");
  await using redis = await startRedis({ sentinel: true, password: "pw" });
  // One that is not there is passed over.
  const sentinels = ["127.0.0.1:1", ...redis.sentinels];
  const settings = settingsOf({
    sentinels,
    master_name: redis.masterName,
    password_file: password.path,
    sentinel_password_file: password.path,
  });
  await using a = linkOf(settings, "a");
  await using b = linkOf(settings, "b");
  await using lost = linkOf({ ...settings, master_name: "nobody" }, "c");
  await connected(a, b);
  await eventually("the third says why", () => lost.changes.length > 0, soon);
  expect(lost.changes[0]).toBe(`no sentinel names the master "nobody": ${redis.sentinels[2]} does not know it`);

  await redis.stop();
  await eventually("both know", () => !a.link.connected && !b.link.connected, soon);
  await connected(a, b);
  const before = b.wakes;
  await eventually("b is woken", () => {
    a.link.wake();
    return b.wakes > before;
  });

  expect(a.changes.at(-1)).toBe(true);
}, 60_000);
