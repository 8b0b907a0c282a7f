import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { run } from "../../../test/support/run.ts";
import type { PostgresSettings } from "../../config/plus/postgres.ts";
import { DEFAULT_TLS, type TlsSettings } from "../../config/plus/tls.ts";
import type { StorageError } from "../../core/interfaces/storage.ts";
import { failureOf } from "../fixtures.ts";
import { checkConnection, createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
const directory = mkdtempSync(join(tmpdir(), "connection-"));
const file = (name: string) => join(directory, name);

/** A certificate authority, and what it has issued to a server and to a client. */
async function makeCertificates(): Promise<void> {
  const subject = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  const script = `set -e
    openssl req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=ca
    for name in server client; do
      openssl req ${key} -keyout $name.key -out $name.csr -subj /CN=$name
      echo ${subject} >ext
      openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out $name.pem
    done`;
  const made = await run(["sh", "-c", script], { cwd: directory });
  if (made.code !== 0) throw new Error(made.stderr);
}

beforeAll(async () => {
  database = await startPostgres({ own: true });
  await makeCertificates();
  // The server writes its own copies, so that it may be another user's or another machine's.
  for (const name of ["server.pem", "server.key", "ca.pem"]) {
    const content = await Bun.file(file(name)).text();
    const program = `umask 77; cat >"${name}"`;
    await database.psql(`COPY (SELECT unnest(string_to_array('${content.trim()}', E'\\n'))) TO PROGRAM '${program}'`);
  }
  const rules = [
    "local all postgres trust",
    "host all postgres all trust",
    "hostssl all certified all scram-sha-256 clientcert=verify-ca",
    "host all secretive all scram-sha-256",
  ];
  await database.psql(`COPY (SELECT unnest(ARRAY['${rules.join("','")}'])) TO PROGRAM 'cat >pg_hba.conf'`);
  const settings = { ssl: "on", ssl_cert_file: "server.pem", ssl_key_file: "server.key", ssl_ca_file: "ca.pem" };
  for (const [name, value] of Object.entries(settings)) await database.psql(`ALTER SYSTEM SET ${name} = '${value}'`);
  for (const role of ["certified", "secretive"]) {
    await database.psql(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'pass word/1'`);
  }
  await database.stop();
  await database.start();
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function settings(user: string, change: Partial<PostgresSettings> = {}, tls?: Partial<TlsSettings>): PostgresSettings {
  const url = new URL(database.url);
  [url.username = "", url.password = ""] = user.split(":");
  return settingsFor(url.href, { ...change, ...(tls === undefined ? {} : { tls: { ...DEFAULT_TLS, ...tls } }) });
}

const problem = async (its: PostgresSettings) =>
  ((await failureOf(checkConnection(its))) as Error | undefined)?.message;

test("the server's certificate is verified, its name too, unless that is not wanted", async () => {
  const ca_file = file("ca.pem");

  expect(await problem(settings("postgres", {}, { ca_file }))).toBeUndefined();
  expect(await problem(settings("postgres", {}, { ca_file, server_name: "localhost" }))).toBeUndefined();
  expect(await problem(settings("postgres", {}, { ca_file, server_name: "db.example" }))).toContain("db.example");
  expect(await problem(settings("postgres", {}, {}))).toMatch(/self.signed certificate/);
  expect(await problem(settings("postgres", {}, { insecure_skip_verify: true }))).toBeUndefined();
  expect(await problem(settings("postgres", {}, { ca_file: file("none") }))).toContain(file("none"));
});

test("a client certificate is shown where it is asked for", async () => {
  const tls = { ca_file: file("ca.pem") };
  const pair = { cert_file: file("client.pem"), key_file: file("client.key") };

  expect(await problem(settings("certified:pass%20word%2F1", {}, { ...tls, ...pair }))).toBeUndefined();
  expect(await problem(settings("certified:pass%20word%2F1", {}, tls))).toContain("valid client certificate");
});

test("the password is read from its file for every connection, and no error shows it", async () => {
  const password_file = file("password");
  const storage = await createPostgresStorage({ settings: settings("secretive", { password_file, timeout: 10_000 }) });
  expect(((await failureOf(storage.load())) as Error).message).toContain(password_file);
  writeFileSync(password_file, "wrong one\n");
  const refused = ((await failureOf(storage.load())) as Error).message;
  expect(refused).toContain('password authentication failed for user "secretive"');
  expect(refused).not.toContain("wrong one");
  writeFileSync(password_file, "pass word/1\n");
  chmodSync(password_file, 0o600);

  expect((await storage.load()).alerts).toEqual([]);
  await storage.close();
  expect(await problem(settings("secretive:pass%20word%2F1"))).toBeUndefined();
  const wrong = (await problem(settings("secretive:pass%20word%2F2"))) as string;
  expect(wrong).not.toMatch(/pass.{0,3}word.{0,3}2/);
  const { host } = new URL(database.url);
  expect(wrong).toStartWith(`Postgres at ${host}/postgres: `);
});

test("of several servers the first that answers and can be written to is used", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const closing = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: (s) => void s.end(), data: () => undefined },
  });
  const http = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const [there] = settings("postgres").servers as [{ host: string; port: number }];
  const at = (port: number) => ({ host: "127.0.0.1", port });
  const others = [at(1), at(silent.port), at(closing.port), at(http.port as number)];
  try {
    expect(await problem(settings("postgres", { servers: [...others, there], timeout: 10_000 }))).toBeUndefined();
    const start = performance.now();
    expect(await problem(settings("postgres", { servers: others, timeout: 3000 }))).toContain(
      `Postgres at 127.0.0.1:1,127.0.0.1:${silent.port},`,
    );
    expect(performance.now() - start).toBeLessThan(5_500);
    const codes = [];
    for (const { port } of others) {
      const failure = await failureOf(checkConnection(settings("postgres", { servers: [at(port)], timeout: 2000 })));
      codes.push((failure as StorageError).code);
    }
    expect(codes).toEqual(["failed", "timeout", "failed", "failed"]);
    const silentOnes = settings("postgres", { servers: [at(silent.port), at(silent.port)], timeout: 300 });
    expect(await failureOf(checkConnection(silentOnes))).toMatchObject({ code: "timeout" });
  } finally {
    silent.stop(true);
    closing.stop(true);
    await http.stop(true);
  }
});
