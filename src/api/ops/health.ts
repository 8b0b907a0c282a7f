import type { StoreHealth } from "../../core/interfaces/storage.ts";
import type { Plain } from "../plain.ts";

/** How what is only there for speed is doing. */
export interface AcceleratorHealth {
  readonly state: "ok" | "degraded";
  readonly reason?: string;
}

/**
 * `GET /api/plus/v1/health`: how the server is doing, for people and monitoring. Always 200: a server whose store does not
 * keep up goes on notifying, and must not be taken out of service for it.
 */
export function health(store: StoreHealth, redis: AcceleratorHealth | undefined): Plain {
  const { state, reason, queued, sizeBytes } = store;
  // Redis only makes things faster: without it nothing is degraded.
  const body = { status: state, store: { state, reason, queued, sizeBytes }, redis };
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  return { status: 200, headers, body: `${JSON.stringify(body)}\n` };
}
