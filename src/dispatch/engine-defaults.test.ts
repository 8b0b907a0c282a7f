import { expect, test } from "bun:test";
import { optionsOf, readFlags } from "../server/flags.ts";
import { ENGINE_DEFAULTS } from "./engine-defaults.ts";

test("what the engine is given without flags is what the flags default to", () => {
  const read = readFlags([], "alertmanager", () => 80);
  if (read.kind !== "run") throw new Error(JSON.stringify(read));
  const options = optionsOf(read.values);

  const { retention, maintenanceInterval, alertGCInterval, dispatchMaintenanceInterval, ...rest } = ENGINE_DEFAULTS;
  expect(retention).toBe(options.retentionMs);
  expect(maintenanceInterval).toBe(options.maintenanceIntervalMs);
  expect(alertGCInterval).toBe(options.alertGCIntervalMs);
  expect(dispatchMaintenanceInterval).toBe(options.dispatchMaintenanceIntervalMs);
  expect(rest).toMatchObject({
    perAlertNameLimit: options.perAlertNameLimit,
    maxSilences: options.maxSilences,
    maxSilenceSize: options.maxSilenceSizeBytes,
    logSilences: options.silenceLogging,
    runFrom: options.dispatchStartDelayMs,
  });
});
