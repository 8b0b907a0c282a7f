import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareMetrics } from "../../metrics/bare.ts";
import { configHash } from "../../config/hash.ts";
import { ManualClock } from "../../dispatch/manual-clock.ts";
import type { Configuration } from "../configuration.ts";
import { createLogger } from "../logger.ts";
import { ConfigDesk } from "./desk.ts";
import { UNCONFIRMED } from "./unconfirmed.ts";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const ANN = { name: "ann", via: "token" };

/** @param reload stands for putting in force what the file says then */
function desk(reload: () => void) {
  const dataDir = mkdtempSync(join(tmpdir(), "config-desk-"));
  directories.push(dataDir);
  const file = join(dataDir, "alertmanager.yml");
  writeFileSync(file, "old");
  const configuration = {
    inForce: { loaded: { hash: configHash("old"), original: "old" }, loadedAt: 0, plus: { config: { apply: true } } },
    check: () => ({}),
    replace: (change: () => () => void) => {
      const undo = change();
      return Promise.resolve()
        .then(reload)
        .catch((error: unknown) => {
          undo();
          throw error;
        });
    },
  } as unknown as Configuration;
  const clock = new ManualClock();
  const one = new ConfigDesk({
    configuration,
    engine: { alerts: () => [], observers: { happened: () => undefined } } as never,
    clock,
    log: createLogger({ level: "error", format: "logfmt", write: () => undefined, now: () => 0 }),
    metrics: bareMetrics(),
    file,
    plusFile: "",
    dataDir,
  });
  return { one, clock, file, unconfirmed: join(dataDir, UNCONFIRMED) };
}

const change = { comment: "", ifHash: undefined, confirm: 60_000 };

test("that a configuration is to be confirmed is known before it is put in force, which may end the program", async () => {
  let noted = "";
  const { one, clock, unconfirmed } = desk(() => {
    noted = readFileSync(unconfirmed, "utf8");
  });
  await one.applying.apply("new", change, ANN);
  one.applying.stop();
  expect(JSON.parse(noted)).toEqual({ revision: 1, hash: String(configHash("new")), until: clock.now() + 60_000 });
});

test("one that cannot be put in force is not waited for", async () => {
  const { one, file, unconfirmed } = desk(() => {
    throw new Error("no such template");
  });
  expect(await one.applying.apply("new", change, ANN).catch((error: Error) => error.message)).toContain(
    "no such template",
  );
  expect([existsSync(unconfirmed), readFileSync(file, "utf8")]).toEqual([false, "old"]);
});
