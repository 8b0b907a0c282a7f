import type { EngineOptions } from "./engine-options.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What a server gives the engine whose flags say nothing (spec §1.1), and which is alone. */
export const ENGINE_DEFAULTS = {
  retention: 120 * HOUR,
  maintenanceInterval: 15 * MINUTE,
  alertGCInterval: 30 * MINUTE,
  dispatchMaintenanceInterval: 30 * SECOND,
  runFrom: 0,
  perAlertNameLimit: 0,
  maxSilences: 0,
  maxSilenceSize: 0,
  logSilences: false,
  groupKeyInMetrics: false,
  cluster: () => ({ status: "disabled", peers: [] }),
} as const satisfies Partial<EngineOptions>;
