import { expect, test } from "bun:test";
import { startAPI } from "./engine-server.ts";
import { replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios/index.ts";

// What an Alertmanager 0.34.0 answered to each request, recorded by record.ts, is what the API must answer.
for (const scenario of SCENARIOS) {
  test(`answers as the real server: ${scenario.name}`, async () => {
    const prefix = scenario.flags?.find((flag) => flag.startsWith("--web.route-prefix="))?.split("=")[1] ?? "/";
    const { api, stop } = await startAPI({ routePrefix: prefix });
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: api.handle });
    try {
      expect(await replay(scenario, { host: "127.0.0.1", port: server.port as number })).toEqual([]);
    } finally {
      await server.stop(true);
      await stop();
    }
  });
}
