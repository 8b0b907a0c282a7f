import type { Logger } from "../../core/interfaces/logging.ts";
import type { Plain } from "../plain.ts";

/** The endpoints of the removed API, as upstream still knows them (spec §2.2). */
export const V1_ENDPOINTS: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/status"],
  ["GET", "/receivers"],
  ["GET", "/alerts"],
  ["POST", "/alerts"],
  ["GET", "/silences"],
  ["POST", "/silences"],
  ["GET", "/silence/:sid"],
  ["DELETE", "/silence/:sid"],
];

const GONE: Plain = {
  status: 410,
  headers: { "Content-Type": "application/json" },
  body: `{"status":"deprecated","error":"The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.27.0 - please use the equivalent route in the v2 API"}\n`,
};

/** Tells a caller that the first API is gone, and the log who calls it. */
export function gone(log: Logger, method: string, path: string): Plain {
  log.warn("v1 API received a request on a removed endpoint", { path, method });
  return GONE;
}
