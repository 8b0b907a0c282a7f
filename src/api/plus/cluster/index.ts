import { Type } from "@sinclair/typebox";
import type { StoreHealth } from "../../../core/interfaces/storage.ts";
import type { AcceleratorHealth } from "../../ops/health.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { oneOf, orNull, TIME } from "../schemas.ts";

const MODES = ["alone", "cluster", "postgres"] as const;

export interface ClusterView {
  readonly mode: (typeof MODES)[number];
  readonly members: readonly {
    readonly name: string;
    readonly address: string;
    readonly self: boolean;
    /** Null where members do not tell each other. */
    readonly configHash: string | null;
    /** RFC 3339; null where nobody keeps it: whoever is not seen for ten seconds is no member any more. */
    readonly lastSeenAt: string | null;
  }[];
  readonly store: StoreHealth;
  /** Undefined where there is none. */
  readonly redis: AcceleratorHealth | undefined;
}

const HEALTH = { state: oneOf(["ok", "degraded"]), reason: Type.Optional(Type.String()) };
const CLUSTER = Type.Object({
  mode: oneOf(MODES),
  members: Type.Array(
    Type.Object({
      name: Type.String(),
      address: Type.String(),
      self: Type.Boolean(),
      configHash: orNull(Type.String()),
      lastSeenAt: orNull(TIME),
    }),
  ),
  store: Type.Object({ ...HEALTH, queued: Type.Integer(), sizeBytes: Type.Integer() }),
  redis: orNull(Type.Object(HEALTH)),
});

export function clusterEndpoints(view: () => ClusterView): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/cluster",
      tag: "about",
      summary: "The servers that act as one with this one, and what they share",
      needs: "viewer",
      answers: { 200: CLUSTER },
      answer() {
        const { mode, members, store, redis } = view();
        const { state, reason, queued, sizeBytes } = store;
        return ok({ mode, members, store: { state, reason, queued, sizeBytes }, redis: redis ?? null });
      },
    }),
  ];
}
