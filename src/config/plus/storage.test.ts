import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { ConfigError } from "../error.ts";
import { parsePlusConfig, readPlusConfig } from "../plus.ts";
import { parseServersUrl } from "./url.ts";

const POSTGRES = "ALERTMANAGER_POSTGRES_URL";
const REDIS = "ALERTMANAGER_REDIS_URL";
const PG = "postgres://ann@db/alerts";

function storage(text: string, environment: Record<string, string> = {}, directory?: string) {
  return parsePlusConfig(`storage: ${text}\n`, environment, directory).storage;
}

const postgres = (text: string, environment?: Record<string, string>, directory?: string) =>
  storage(`{postgres: ${text}}`, environment, directory).postgres;
const redis = (text: string, environment?: Record<string, string>, directory?: string) =>
  storage(`{postgres: "${PG}", redis: ${text}}`, environment, directory).redis;

const TLS = { ca_file: "", cert_file: "", key_file: "", server_name: "", insecure_skip_verify: false };

describe("the Postgres database", () => {
  test("is one URL, or a mapping", () => {
    const expected = {
      servers: [{ host: "db", port: 5432 }],
      user: "ann",
      database: "alerts",
      password: undefined,
      password_file: "",
      schema: "alertmanager_plus",
      max_connections: 4,
      timeout: 5000,
      tls: undefined,
    };
    expect(postgres(PG)).toEqual(expected);
    expect(postgres(`{url: "${PG}"}`)).toEqual(expected);
    const all =
      '{url: "postgresql://ann@db:6432/a%20b", password_file: pw, schema: am, max_connections: 2, timeout: 1s, ' +
      "tls: {ca_file: ca.pem, cert_file: /c.pem, key_file: k.pem, server_name: pg, insecure_skip_verify: true}}";
    expect(postgres(all, {}, "/etc/am")).toEqual({
      servers: [{ host: "db", port: 6432 }],
      user: "ann",
      database: "a b",
      password: undefined,
      password_file: "/etc/am/pw",
      schema: "am",
      max_connections: 2,
      timeout: 1000,
      tls: {
        ca_file: "/etc/am/ca.pem",
        cert_file: "/c.pem",
        key_file: "/etc/am/k.pem",
        server_name: "pg",
        insecure_skip_verify: true,
      },
    });
  });

  test("may be several servers, of which one can be written to", () => {
    expect(postgres('"postgres://ann@a,b:1,[::1]:2/x?target_session_attrs=read-write"')?.servers).toEqual([
      { host: "a", port: 5432 },
      { host: "b", port: 1 },
      { host: "::1", port: 2 },
    ]);
  });

  test.each([
    ["", undefined],
    ["?sslmode=disable", undefined],
    ["?sslmode=require", { ...TLS, insecure_skip_verify: true }],
    ["?sslmode=require&sslrootcert=ca", { ...TLS, ca_file: "/d/ca" }],
    ["?sslmode=verify-ca", TLS],
    ["?sslmode=verify-full&sslcert=c&sslkey=/k", { ...TLS, cert_file: "/d/c", key_file: "/k" }],
    ["?sslrootcert=ca", { ...TLS, ca_file: "/d/ca" }],
  ])("%p says this about TLS", (query, tls) => {
    expect(postgres(`"${PG}${query}"`, {}, "/d")?.tls).toEqual(tls);
  });

  test("an empty mapping for tls means TLS", () => {
    expect(postgres(`{url: "${PG}", tls: {}}`)?.tls).toEqual(TLS);
  });
});

describe("Redis", () => {
  test("is one URL, or a mapping", () => {
    const expected = {
      servers: [{ host: "r", port: 6379 }],
      master_name: "",
      user: "",
      password: undefined,
      password_file: "",
      sentinel_password_file: "",
      database: 0,
      prefix: "alertmanager-plus:",
      timeout: 100,
      tls: undefined,
    };
    expect(redis("redis://r")).toEqual(expected);
    expect(redis("{url: redis://r/}")).toEqual(expected);
    expect(redis("{url: 'rediss://u:p%40@r:1/3', prefix: 'x:', timeout: 50ms}")).toMatchObject({
      servers: [{ host: "r", port: 1 }],
      user: "u",
      database: 3,
      prefix: "x:",
      timeout: 50,
      tls: TLS,
    });
    expect(redis("'redis://:p%40@r'")?.password?.reveal()).toBe("p@");
    expect(redis("{url: redis://r, tls: {server_name: n}}")?.tls).toEqual({ ...TLS, server_name: "n" });
  });

  test("is found by sentinels, in a URL or as keys", () => {
    const expected = {
      servers: [
        { host: "a", port: 26_379 },
        { host: "b", port: 1 },
      ],
      master_name: "main",
      database: 0,
      sentinel_password_file: "",
    };
    expect(redis("'redis+sentinel://a,b:1/main'")).toMatchObject(expected);
    expect(redis("rediss+sentinel://u@a/main/2")).toMatchObject({ user: "u", database: 2, tls: TLS });
    const keys = "{sentinels: [a, 'b:1'], master_name: main, sentinel_password_file: s, password_file: /p}";
    expect(redis(keys, {}, "/d")).toMatchObject({
      ...expected,
      sentinel_password_file: "/d/s",
      password_file: "/p",
      tls: undefined,
    });
  });
});

describe("the environment", () => {
  test("counts without any file", () => {
    const { storage, replica } = readPlusConfig(undefined, {
      [POSTGRES]: "postgres://ann@db/alerts",
      ALERTMANAGER_POSTGRES_PASSWORD_FILE: "pg.txt",
      [REDIS]: "redis://r",
      ALERTMANAGER_REDIS_PASSWORD_FILE: "redis.txt",
      ALERTMANAGER_REPLICA_NAME: "am-0",
    });
    expect(storage.postgres).toMatchObject({ servers: [{ host: "db", port: 5432 }], password_file: "pg.txt" });
    expect(storage.redis).toMatchObject({ servers: [{ host: "r", port: 6379 }], password_file: "redis.txt" });
    expect(replica.name).toBe("am-0");
  });

  test("changes nothing the file says", () => {
    const environment = {
      [POSTGRES]: "postgres://x:secret@env/x",
      ALERTMANAGER_POSTGRES_PASSWORD_FILE: "env.txt",
      [REDIS]: "redis://env",
      ALERTMANAGER_REDIS_PASSWORD_FILE: "env.txt",
      ALERTMANAGER_REPLICA_NAME: "env",
    };
    const text =
      'storage: {postgres: "postgres://ann:pw@db/alerts", redis: {url: redis://r, password_file: /p}}\nreplica: {name: own}\n';
    const { storage, replica } = parsePlusConfig(text, environment);
    expect(storage.postgres).toMatchObject({ servers: [{ host: "db" }], password_file: "" });
    expect(storage.postgres?.password?.reveal()).toBe("pw");
    expect(storage.redis).toMatchObject({ servers: [{ host: "r" }], password_file: "/p" });
    expect(replica.name).toBe("own");
  });

  test("completes what the file begins; its paths count from here, not from the file", () => {
    const { storage } = parsePlusConfig(
      "storage: {postgres: {schema: am}, redis: {prefix: p}}\n",
      { [POSTGRES]: `${PG}?sslrootcert=ca`, ALERTMANAGER_POSTGRES_PASSWORD_FILE: "pw", [REDIS]: "redis://r" },
      "/etc/am",
    );
    expect(storage.postgres).toMatchObject({ schema: "am", password_file: "pw", user: "ann", tls: { ca_file: "ca" } });
    expect(storage.redis).toMatchObject({ prefix: "p", servers: [{ host: "r", port: 6379 }] });
  });

  test("an empty variable, or an empty value, is none", () => {
    expect(readPlusConfig("", { [POSTGRES]: "", [REDIS]: "" }).storage).toMatchObject({
      postgres: undefined,
      redis: undefined,
    });
    expect(storage('{postgres: "${URL:-}", redis: }')).toMatchObject({ postgres: undefined, redis: undefined });
  });

  test("names that other programs use are not read", () => {
    const foreign = {
      DATABASE_URL: "postgres://a@b/c",
      POSTGRES_URL: "postgres://a@b/c",
      REDIS_URL: "redis://r",
      PGHOST: "h",
      PGPASSWORD: "pw",
    };
    expect(readPlusConfig(undefined, foreign)).toEqual(readPlusConfig(undefined, {}));
    expect(postgres(PG, foreign)).toEqual(postgres(PG));
  });
});

describe("what is refused", () => {
  const POSTGRES_FORM =
    "expected postgres://user[:password]@host[:port][,host[:port]…]/database[?sslmode=…], special characters percent-encoded";
  const REDIS_FORM =
    "expected redis://[[user]:password@]host[:port][/database] (rediss:// for TLS) or " +
    "redis+sentinel://[[user]:password@]host[:port][,host[:port]…]/master_name[/database], special characters percent-encoded";

  test.each([
    ["mysql://a@b/c", "has another scheme"],
    ["db", "is not a URL"],
    ["postgres://db/x", "names no user"],
    ["postgres://a@db", "names no database"],
    ["postgres://a@db/x/y", "names no database"],
    ["postgres://a@/x", "names a server that is not host:port"],
    ["postgres://a@db:70000/x", "names a server that is not host:port"],
    ["postgres://a:%zz@db/x", "holds a % that begins no percent-encoded character"],
    ["postgres://a@db/x?sslmode=prefer", "has an sslmode that is none of disable, require, verify-ca, verify-full"],
    [
      "postgres://a@db/x?pgbouncer=true",
      "has a parameter that is none of sslmode, sslrootcert, sslcert, sslkey, target_session_attrs",
    ],
    ["postgres://a@db/x?target_session_attrs=any", "has a target_session_attrs that is none of read-write, primary"],
    ["postgres://a@db/x?sslcert=c", "has one of sslcert and sslkey without the other"],
  ])("%s", (url, problem) => {
    const message = `${problem}; ${POSTGRES_FORM}`;
    expect(() => postgres(`"${url}"`)).toThrow(new ConfigError(`line 1: storage.postgres: ${message}`));
    expect(() => postgres(`{url: "${url}"}`)).toThrow(new ConfigError(`line 1: storage.postgres.url: ${message}`));
    expect(() => readPlusConfig("", { [POSTGRES]: url })).toThrow(new ConfigError(`${POSTGRES}: ${message}`));
  });

  test.each([
    ["http://r", "has another scheme"],
    ["redis://a,b", "names several servers, which only sentinels may be"],
    ["redis://r/x", "has no number for its database"],
    ["redis://r?db=1", "has parameters"],
    ["redis+sentinel://a", "names no master"],
    ["redis+sentinel://a/m/x", "has no number for its database"],
  ])("%s", (url, problem) => {
    expect(() => redis(`"${url}"`)).toThrow(new ConfigError(`line 1: storage.redis: ${problem}; ${REDIS_FORM}`));
  });

  const PASSWORD = "s3cr3t/pa?ss#w@rd%x:y";

  test.each([
    `postgres://ann:${PASSWORD}@db/alerts`,
    `postgres://ann:${PASSWORD}`,
    `redis://:${PASSWORD}@db`,
    `redis://:\${${PASSWORD}@db`,
    `redis://:\${${PASSWORD}}@db`,
  ])("no error shows any of %s", (url) => {
    const messageOf = (key: string) => {
      try {
        parsePlusConfig(`storage: {${key}: '${url}'}\n`, {});
      } catch (error) {
        return inspect(error, { depth: 5 });
      }
      return "";
    };
    for (const message of [messageOf("postgres"), messageOf("redis")]) {
      expect(message).toContain("storage.");
      for (const part of PASSWORD.split(/\W/).filter((p) => p.length > 1 || p === "x")) {
        expect(message.replace(/expected .*/s, "")).not.toMatch(new RegExp(`\\b${part}\\b`));
      }
    }
  });

  test.each([
    [
      `{postgres: {url: "postgres://a:pw@db/x", password_file: p}}`,
      {},
      "storage.postgres: has a password in its URL and a password_file; expected one of the two",
    ],
    [
      `{}`,
      { [POSTGRES]: "postgres://a:pw@db/x", ALERTMANAGER_POSTGRES_PASSWORD_FILE: "p" },
      "ALERTMANAGER_POSTGRES_PASSWORD_FILE: set beside a URL that has a password; expected one of the two",
    ],
    [
      `{postgres: {url: "${PG}?sslmode=disable", tls: {}}}`,
      {},
      "storage.postgres: has tls, and a URL that says something about it too; expected one of the two",
    ],
    [
      `{postgres: {schema: x}}`,
      {},
      `storage.postgres: has no url, and ALERTMANAGER_POSTGRES_URL is not set; ${POSTGRES_FORM}`,
    ],
    [
      `{postgres: "${PG}", redis: {prefix: x}}`,
      {},
      `storage.redis: has no url, and ALERTMANAGER_REDIS_URL is not set; ${REDIS_FORM}`,
    ],
    [
      `{postgres: {url: "${PG}", tls: {cert_file: c}}}`,
      {},
      "line 1: storage.postgres.tls: has one of cert_file and key_file; expected both or neither",
    ],
    [
      `{postgres: {url: "${PG}", tls: {insecure_skip_verify: yes}}}`,
      {},
      'line 1: storage.postgres.tls.insecure_skip_verify: "yes" is none of true, false',
    ],
    [
      `{postgres: {url: "${PG}", schema: "a b"}}`,
      {},
      'line 1: storage.postgres.schema: "a b" is not allowed: expected letters, digits and _, 63 at most, not beginning with pg_',
    ],
    [
      `{postgres: "${PG}", redis: {url: redis://r, master_name: m}}`,
      {},
      "storage.redis: has a url beside sentinels and master_name; expected one of the two",
    ],
    [
      `{postgres: "${PG}", redis: {sentinels: [a]}}`,
      {},
      "storage.redis: has one of sentinels and master_name; expected both",
    ],
    [
      `{postgres: "${PG}", redis: {sentinels: a, master_name: m}}`,
      {},
      "line 1: storage.redis.sentinels: expected a sequence",
    ],
    [
      `{postgres: "${PG}", redis: {sentinels: [a, "b:c"], master_name: m}}`,
      {},
      'line 1: storage.redis.sentinels[1]: "b:c" is not allowed: expected host:port',
    ],
    [
      `{redis: redis://r}`,
      {},
      "storage.redis: set without storage.postgres or ALERTMANAGER_POSTGRES_URL; Redis only makes servers that share a Postgres database faster, and holds nothing of its own",
    ],
    [
      `{}`,
      { [REDIS]: "redis://r" },
      "ALERTMANAGER_REDIS_URL: set without storage.postgres or ALERTMANAGER_POSTGRES_URL; Redis only makes servers that share a Postgres database faster, and holds nothing of its own",
    ],
  ])("%s with %j", (text, environment, message) => {
    expect(() => storage(text, environment as Record<string, string>)).toThrow(new ConfigError(message));
  });
});

test("settings that are printed hold no password", () => {
  const { storage } = parsePlusConfig('storage: {postgres: "postgres://a:pw123@db/x", redis: "redis://:pw123@r"}', {});
  for (const shown of [
    JSON.stringify(storage),
    inspect(storage, { depth: 9 }),
    Bun.inspect(storage),
    String(storage),
  ]) {
    expect(shown).not.toContain("pw123");
  }
  expect(storage.redis?.password?.reveal()).toBe("pw123");
});

test("a password may hold anything, percent-encoded; an @ also as it is", () => {
  const of = (text: string) => parseServersUrl(text, { redis: 1 }).password?.reveal();
  expect(of("redis://:a%2Fb%3Fc%23d%40%25%3A@h")).toBe("a/b?c#d@%:");
  expect(of("redis://u:a@b:c@h")).toBe("a@b:c");
  expect(of("redis://u:@h")).toBeUndefined();
});
