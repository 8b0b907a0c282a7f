import type { Heartbeat } from "../config/plus/heartbeats.ts";

/** How a heartbeat is doing. */
export interface HeartbeatState {
  readonly heartbeat: Heartbeat;
  /** `never`: not heard of or called yet. */
  readonly state: "ok" | "missing" | "never" | "failing";
  /** ms; when its alert came, or its URL was called with success, last. */
  readonly lastAt: number | undefined;
  /** ms; when it is missing, or called, next. */
  readonly nextAt: number | undefined;
  readonly lastError: string | undefined;
}
