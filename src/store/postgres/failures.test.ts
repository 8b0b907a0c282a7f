import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { startPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { TcpProxy } from "../../../test/support/tcp-proxy.ts";
import { eventually, within } from "../../../test/support/wait.ts";
import type { PostgresSettings } from "../../config/plus/postgres.ts";
import type { FlushPlan, SharedDecision, SharedStorage } from "../../core/interfaces/shared-storage.ts";
import type { GroupRow, OutboxRow } from "../../core/interfaces/storage.ts";
import { StorageError } from "../../core/interfaces/storage.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { T0, alertOf, failureOf, plainAlert } from "../fixtures.ts";
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

let database: TestPostgres;
let schemas = 0;
const storages: SharedStorage[] = [];

beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database[Symbol.asyncDispose]() as Promise<void>);
afterEach(async () => {
  for (const storage of storages.splice(0)) await storage.close().catch(() => undefined);
});

const me = { name: "a", address: "a:9093", configHash: "c" };
const group: GroupRow = { routeId: "r", groupFingerprint: "f", nextFlushAt: 1, flushes: 0, configHash: "c" };
const row: OutboxRow = {
  key: "g:r/webhook/0",
  routeId: "r",
  groupFingerprint: "f",
  groupKey: "g",
  receiver: "r",
  integration: "webhook",
  index: 0,
  reason: "first notification",
  idempotencyKey: "",
  decidedAt: 1,
  alerts: [],
};
const plan: FlushPlan = {
  group,
  nextFlushAt: 9e12,
  flushes: 1,
  decisions: [row],
  alerts: [],
  settled: false,
  empty: false,
};
const alert = alertOf({ alertname: "A" });

async function opened(settings: PostgresSettings): Promise<SharedStorage> {
  const storage = await createPostgresStorage({ settings });
  storages.push(storage);
  return storage;
}

const newSchema = () => `failing_${++schemas}`;

async function loaded(settings: PostgresSettings): Promise<SharedStorage> {
  const storage = await opened(settings);
  await storage.load();
  return storage;
}

/** Another server that has begun to write and does not go on until told to. */
async function standStill(schema: string): Promise<() => Promise<void>> {
  const sql = postgres(database.url, { max: 1, fetch_types: false });
  const [holding, standing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const transaction = sql.begin(async (inside) => {
    await inside.unsafe(`SELECT 1 FROM ${schema}.state FOR UPDATE`);
    holding.resolve();
    await standing.promise;
  });
  await holding.promise;
  return async () => {
    standing.resolve();
    await transaction;
    await sql.end();
  };
}

const claim = (storage: SharedStorage, decided = [plan]) =>
  storage.claim({ configHash: "c", limit: 10, lease: 60_000 }, () => decided);

/** Everything a server can be asked for, by name. */
const QUESTIONS: Readonly<Record<string, (storage: SharedStorage, decision: SharedDecision) => Promise<unknown>>> = {
  load: (storage) => storage.load(),
  commit: (storage) => storage.commit({ alerts: [alert], aliveAt: 1 }),
  sync: (storage) => storage.sync(me),
  adopt: (storage) => storage.adopt("c", []),
  claim: (storage) => claim(storage),
  decide: (storage) => storage.decide(group, [row], []),
  beginAttempt: (storage, decision) => storage.beginAttempt(group, decision, 60_000),
  renew: (storage) => storage.renew([group], 60_000),
  finish: (storage, decision) => storage.finish([{ decision, entry: undefined }]),
  release: (storage) => storage.release([{ ...group, settled: undefined, nextFlushAt: undefined, empty: false }]),
};

describe("a connection that is cut", () => {
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    for (const side of ["question", "answer"] as const) {
      test(`in the course of ${name}, at a${side === "answer" ? "n" : ""} ${side}, fails it, and the next one works`, async () => {
        const { hostname, port, pathname } = new URL(database.url);
        await using proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
        for (let n = 1; ; n++) {
          const schema = newSchema();
          const url = `postgres://postgres:secret@127.0.0.1:${proxy.port}${pathname}`;
          const storage = await loaded(settingsFor(url, { schema, max_connections: 1 }));
          await storage.commit({ newGroups: [group] });
          const [granted] = name === "claim" ? [] : await claim(storage);
          const decision = granted?.decisions[0] as SharedDecision;

          proxy.cut(side, n);
          const failure = await within(2000, `${name} fails`, failureOf(ask(storage, decision)));
          if (proxy.disarm()) {
            // There were fewer questions than that.
            expect(failure).toBeUndefined();
            expect(n).toBeGreaterThan(1);
            return;
          }
          if (failure !== undefined) {
            expect(failure).toBeInstanceOf(StorageError);
            expect(failure).toMatchObject({ code: "failed" });
            expect((failure as Error).message).not.toContain("secret");
            expect(storage.health()).toMatchObject({ state: "degraded", reason: (failure as Error).message });
          }
          await ask(storage, decision);
          expect(storage.health().state).toBe("ok");
          await storage.close();
        }
      });
    }
  }

  test("a commit is stored as a whole or not at all, and once when it is made again", async () => {
    const { hostname, port, pathname } = new URL(database.url);
    await using proxy = await TcpProxy.start({ host: hostname, port: Number(port) });
    for (const side of ["question", "answer"] as const) {
      const schema = newSchema();
      const other = await loaded(settingsFor(database.url, { schema }));
      const storage = await loaded(
        settingsFor(`postgres://postgres@127.0.0.1:${proxy.port}${pathname}`, { schema, max_connections: 1 }),
      );
      const batch = { alerts: [alert, alertOf({ alertname: "B" })], newGroups: [group], aliveAt: 7 };
      // After loading there is something to tidy up, in a few rounds between which we get our turn.
      for (let round = 0; round < 8; round++) await storage.sync(me);
      proxy.cut(side, 1);
      await expect(storage.commit(batch)).rejects.toMatchObject({ code: "failed" });
      const between = await other.load();
      const counts = [between.alerts.length, between.groups.length, between.aliveAt];
      expect(counts).toEqual(side === "question" ? [0, 0, undefined] : [2, 1, 7]);

      await storage.commit(batch);
      expect((await other.load()).alerts.map(plainAlert)).toContainEqual(plainAlert(alert));
      expect((await storage.sync(me)).alerts.length).toBe(side === "question" ? 0 : 2);
    }
  });

  test("one that the server ends while nobody uses it is not noticed", async () => {
    const storage = await loaded(settingsFor(database.url, { schema: newSchema() }));
    await Promise.all([storage.sync(me), storage.commit({ aliveAt: 1 })]);
    await database.psql(
      "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = 'alertmanager'",
    );

    // The ends of the connections are on their way to us when Postgres says it is done.
    await eventually("works", async () => (await failureOf(storage.sync(me))) === undefined);
    await storage.commit({ aliveAt: 2 });
    expect((await storage.load()).aliveAt).toBe(2);
  });
});

describe("a server", () => {
  const PATIENCE = 1000;
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres({ own: true });
  });
  afterAll(() => server[Symbol.asyncDispose]() as Promise<void>);

  test("that hangs costs those who ask their patience, and is used again when it answers", async () => {
    const storage = await loaded(settingsFor(server.url, { schema: newSchema(), timeout: PATIENCE }));
    await storage.commit({ newGroups: [group] });
    const decision = (await claim(storage))[0]?.decisions[0] as SharedDecision;
    await server.pause();
    const start = performance.now();

    for (let round = 0; round < 3; round++) {
      const failures = await Promise.all(Object.values(QUESTIONS).map((ask) => failureOf(ask(storage, decision))));
      expect(failures.map((failure) => (failure as StorageError).code)).toEqual(failures.map(() => "timeout"));
    }
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(3 * PATIENCE - 5);
    expect(took).toBeLessThan(5 * PATIENCE);
    expect(storage.health()).toMatchObject({ state: "degraded", queued: 0 });
    await server.resume();

    await eventually("answers", async () => (await failureOf(storage.sync(me))) === undefined);
    await storage.commit({ alerts: [alert] });
    expect(storage.health().state).toBe("ok");
    // What was given up does not stay open.
    await eventually("connections are closed", async () => {
      const [open] = await server.psql(
        "SELECT count(*)::integer AS n FROM pg_stat_activity WHERE application_name = 'alertmanager'",
      );
      return Number(open?.["n"]) <= 4;
    });
  });

  test("that is gone is missed at once, and used again when it is back", async () => {
    const storage = await loaded(settingsFor(server.url, { schema: newSchema() }));
    await storage.commit({ alerts: [alert] });
    await server.stop();
    const start = performance.now();

    await eventually("is missed", async () => (await failureOf(storage.commit({ aliveAt: 1 }))) !== undefined);
    for (let i = 0; i < 20; i++) expect(await failureOf(storage.sync(me))).toMatchObject({ code: "failed" });
    expect(performance.now() - start).toBeLessThan(10_000);
    await server.start();

    await storage.commit({ alerts: [alertOf({ alertname: "B" })] });
    expect((await storage.load()).alerts).toHaveLength(2);
  });

  test("that crashes under load has everything that was stored", async () => {
    const storage = await loaded(settingsFor(server.url, { schema: newSchema() }));
    const stored: string[] = [];
    let failed = false;
    const writers = Array.from({ length: 8 }, async (_, w) => {
      for (let i = 0; !failed; i++) {
        try {
          await storage.commit({ alerts: [alertOf({ alertname: `${w} ${i}` })] });
          stored.push(`${w} ${i}`);
          if (stored.length === 400) void server.stop();
        } catch {
          failed = true;
        }
      }
    });
    await Promise.all(writers);
    await eventually("has ended", async () => (await failureOf(server.psql("SELECT 1"))) !== undefined);
    await server.start();

    const names = new Set((await storage.load()).alerts.map(({ labels }) => labels.get("alertname")));
    expect(stored.length).toBeGreaterThanOrEqual(400);
    expect(stored.filter((name) => !names.has(name))).toEqual([]);
  });

  test("nobody has to be there when the storage is made, and the first who can makes the schema", async () => {
    await server.stop();
    const storage = await opened(settingsFor(server.url, { schema: newSchema() }));
    expect(await failureOf(storage.load())).toMatchObject({ code: "failed" });
    await server.start();

    expect((await storage.load()).alerts).toEqual([]);
  });
});

describe("another server", () => {
  test("that stands still while it claims holds its groups up for less than our patience", async () => {
    const schema = newSchema();
    const settings = settingsFor(database.url, { schema, timeout: 3000 });
    const storage = await loaded(settings);
    await storage.commit({ newGroups: [group] });
    const script = new URL("stuck-child.ts", import.meta.url).pathname;
    const child = Bun.spawn([process.execPath, script, database.url, schema, "3000"], { stdout: "pipe" });
    try {
      const { value } = await child.stdout.getReader().read();
      expect(new TextDecoder().decode(value)).toBe("claimed\n");

      expect(await claim(storage)).toEqual([]);
      // The first alert of a group waits for whoever may be removing it.
      await storage.commit({ alerts: [alert], newGroups: [group] });
      expect(await claim(storage)).toHaveLength(1);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
  });

  test("that stands still while it writes costs others their patience, and nothing is stored of what was given up", async () => {
    const schema = newSchema();
    const storage = await loaded(settingsFor(database.url, { schema, timeout: 1000 }));
    const goOn = await standStill(schema);
    const start = performance.now();

    const commits = [1, 2].map((n) => failureOf(storage.commit({ alerts: [alertOf({ alertname: `A${n}` })] })));
    expect(await Promise.all(commits)).toMatchObject([{ code: "timeout" }, { code: "timeout" }]);
    expect(performance.now() - start).toBeLessThan(4_500);
    expect((await storage.sync(me)).upTo).toBe(0);
    await goOn();

    await storage.commit({ alerts: [alert] });
    expect((await storage.load()).alerts.map(plainAlert)).toEqual([plainAlert(alert)]);
  });

  test("that wrote while a commit was on its way has that merged, also when it was made again", async () => {
    const schema = newSchema();
    const [a, b] = [
      await loaded(settingsFor(database.url, { schema })),
      await loaded(settingsFor(database.url, { schema, timeout: 2000 })),
    ];
    await a.commit({ alerts: [alert] });
    await b.sync(me);
    const longer = { ...alert, endsAt: new Timestamp(T0 + 900_000), updatedAt: new Timestamp(T0 + 2), timeout: false };
    await a.commit({ alerts: [longer] });
    const newer = { ...alert, generatorURL: "newer", updatedAt: new Timestamp(T0 + 3) };
    const goOn = await standStill(schema);
    const failure = failureOf(b.commit({ alerts: [newer] }));
    expect((await b.sync(me)).alerts).toHaveLength(1);
    expect(b.changeOf(alert.labels.fingerprint)).toBe(1);
    expect(await failure).toMatchObject({ code: "timeout" });
    await goOn();
    await b.commit({ alerts: [newer] });

    // Overlapping, so that the end that was given stays (spec §3.2); both are over by now.
    const merged = plainAlert({ ...newer, endsAt: longer.endsAt });
    expect((await b.sync(me)).alerts.map(([one]) => plainAlert(one))).toEqual([merged]);
  });

  test("that writes an alert while a group is found empty keeps it from being removed", async () => {
    const schema = newSchema();
    const storage = await loaded(settingsFor(database.url, { schema }));
    await storage.commit({ newGroups: [group] });
    const removed = { ...plan, nextFlushAt: undefined, decisions: [], settled: true, empty: true };
    const meanwhile = `import postgres from "postgres";
      const sql = postgres(process.argv.at(-1), { max: 1 });
      await sql.unsafe("UPDATE ${schema}.state SET change = change + 1");
      await sql.unsafe("INSERT INTO ${schema}.alerts SELECT 'f', change, 0, 0, false, '', '[]' FROM ${schema}.state");
      await sql.end();`;
    await storage.claim({ configHash: "c", limit: 10, lease: 60_000 }, () => {
      const done = Bun.spawnSync([process.execPath, "-e", meanwhile, database.url], { cwd: import.meta.dir });
      expect(done.stderr.toString()).toBe("");
      return [removed];
    });
    expect((await storage.load()).groups).toHaveLength(1);

    // It is looked at again a little later.
    await claim(storage, [removed]);
    expect((await storage.load()).groups).toHaveLength(1);
    await database.psql(`UPDATE ${schema}.groups SET next_flush_at = 0`);
    await claim(storage, [removed]);
    expect((await storage.load()).groups).toEqual([]);
  });

  test("in the way of a transaction has it tried again", async () => {
    const schema = newSchema();
    const storage = await loaded(settingsFor(database.url, { schema }));
    for (const [i, code] of ["40001", "40P01"].entries()) {
      await database.psql(`CREATE SEQUENCE ${schema}.tries_${i}`);
      await database.psql(
        `CREATE FUNCTION ${schema}.fail_${i}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF nextval('${schema}.tries_${i}') < 3 THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '${code}'; END IF; RETURN NEW; END $$`,
      );
      await database.psql(
        `CREATE TRIGGER fail_${i} BEFORE INSERT ON ${schema}.alerts FOR EACH ROW EXECUTE FUNCTION ${schema}.fail_${i}()`,
      );
      await storage.commit({ alerts: [alertOf({ alertname: code })] });
    }

    expect((await storage.load()).alerts).toHaveLength(2);
  });
});

test("one batch that cannot be written down is rejected alone", async () => {
  const storage = await loaded(settingsFor(database.url, { schema: newSchema() }));
  const results = await Promise.all(
    [1, Number.NaN, 3].map((aliveAt) =>
      failureOf(storage.commit({ aliveAt, alerts: [alertOf({ alertname: `${aliveAt}` })] })),
    ),
  );

  expect(results).toMatchObject([undefined, { code: "failed" }, undefined]);
  expect((await storage.load()).alerts).toHaveLength(2);
});

test("more than may wait is rejected at once", async () => {
  const schema = newSchema();
  const storage = await loaded(settingsFor(database.url, { schema }));
  const goOn = await standStill(schema);
  const url = "x".repeat(5_000_000);
  const commits: Promise<unknown>[] = [failureOf(storage.commit({ aliveAt: 1 }))];
  await eventually("under way", () => storage.health().queued === 1);
  for (let i = 0; i < 9; i++) {
    commits.push(failureOf(storage.commit({ alerts: [alertOf({ alertname: `A${i}` }, { generatorURL: url })] })));
  }
  // 35 MB wait: more than 32 MiB.
  expect(storage.health().queued).toBe(8);
  await goOn();

  const codes = (await Promise.all(commits)).map((failure) => (failure as StorageError | undefined)?.code);
  expect(codes).toEqual([...Array.from({ length: 8 }, () => undefined), "timeout", "timeout"]);
}, 60_000);

test("a row that cannot be understood is left out and told of, and stays", async () => {
  const schema = newSchema();
  const told: string[] = [];
  const settings = settingsFor(database.url, { schema });
  const storage = await createPostgresStorage({ settings, onUnreadable: (what) => told.push(what) });
  storages.push(storage);
  await storage.load();
  await storage.commit({ alerts: [alert] });
  await database.psql(
    `INSERT INTO ${schema}.silences VALUES ('x', 1, '"bad"', 1, 0, '[[["=~","a","("]],1,2,3,"","",[]]')`,
  );

  const stored = await storage.load();

  expect([stored.alerts.length, stored.silences.length, told]).toEqual([1, 0, ["silence bad"]]);
  expect(await database.psql(`SELECT key FROM ${schema}.silences`)).toEqual([{ key: '"bad"' }]);
});

test("a database that another server has taken over behind what we saw is read anew", async () => {
  const schema = newSchema();
  const [a, b] = [
    await loaded(settingsFor(database.url, { schema })),
    await loaded(settingsFor(database.url, { schema })),
  ];
  const lost = alertOf({ alertname: "lost" });
  await a.commit({ alerts: [alert] });
  await a.commit({ alerts: [lost] });
  expect((await b.sync(me)).alerts).toHaveLength(2);
  await database.psql(`DELETE FROM ${schema}.alerts WHERE change = 2`);
  await database.psql(`UPDATE ${schema}.state SET change = 1`);

  const { alerts, upTo, takenOver } = await b.sync(me);

  expect([alerts.map(([one]) => plainAlert(one)), upTo, takenOver]).toEqual([[plainAlert(alert)], 1, true]);
  await a.commit({ alerts: [alertOf({ alertname: "next" })] });
  const next = await b.sync(me);
  expect([next.alerts.map(([one]) => one.labels.get("alertname")), next.takenOver]).toEqual([["next"], false]);
});

test("closing stores what is under way, and refuses what comes after", async () => {
  const schema = newSchema();
  const storage = await loaded(settingsFor(database.url, { schema }));
  const commits = [1, 2, 3].map((n) =>
    storage.commit({ alerts: [alertOf({ alertname: `A${n}` }, { generatorURL: String(T0) })] }),
  );
  await storage.close();
  await Promise.all(commits);

  expect(await failureOf(storage.sync(me))).toMatchObject({ code: "failed" });
  expect((await (await opened(settingsFor(database.url, { schema }))).load()).alerts).toHaveLength(3);
});
