import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../support/server.ts";
import { replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios/index.ts";

const config = readFileSync(join(import.meta.dir, "alertmanager.yml"), "utf8");

// As replay.test.ts, against the program itself.
for (const scenario of SCENARIOS) {
  test(`the program answers as the real server: ${scenario.name}`, async () => {
    await using server = await startServer({
      config,
      env: { TZ: "UTC" },
      ...(scenario.routePrefix === undefined ? {} : { routePrefix: scenario.routePrefix }),
    });
    expect(await replay(scenario, { host: "127.0.0.1", port: server.port })).toEqual([]);
  });
}
