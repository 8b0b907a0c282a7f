import { expect, test } from "bun:test";
import { openListeners } from "../../../src/api/web/index.ts";
import { startAPI } from "./engine-server.ts";
import { replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios/index.ts";

// What an Alertmanager 0.34.0 answered to each request, recorded by record.ts, is what the API must answer.
for (const scenario of SCENARIOS) {
  test(`answers as the real server: ${scenario.name}`, async () => {
    const { api, log, stop } = await startAPI({ routePrefix: scenario.routePrefix ?? "/" });
    const listeners = await openListeners({
      addresses: ["127.0.0.1:0"],
      systemdSocket: false,
      webConfigFile: "",
      log,
    });
    listeners.serve(api.handle);
    const port = listeners.addresses[0]?.port ?? 0;
    try {
      expect(await replay(scenario, { host: "127.0.0.1", port })).toEqual([]);
    } finally {
      await listeners.stop(0);
      await stop();
    }
  });
}
