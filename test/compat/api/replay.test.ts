import { expect, test } from "bun:test";
import { listen } from "../../../src/api/web/index.ts";
import { startAPI } from "./engine-server.ts";
import { replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios/index.ts";

// What an Alertmanager 0.34.0 answered to each request, recorded by record.ts, is what the API must answer.
for (const scenario of SCENARIOS) {
  test(`answers as the real server: ${scenario.name}`, async () => {
    const routePrefix = scenario.flags?.find((flag) => flag.startsWith("--web.route-prefix="))?.split("=")[1] ?? "/";
    const { api, log, stop } = await startAPI({ routePrefix });
    const web = await listen({
      addresses: ["127.0.0.1:0"],
      systemdSocket: false,
      configFile: "",
      readConfig: () => {
        throw new Error("there is no web configuration");
      },
      log,
    });
    web.serve(api);
    try {
      expect(await replay(scenario, { host: "127.0.0.1", port: web.port })).toEqual([]);
    } finally {
      await web.stop();
      await stop();
    }
  });
}
