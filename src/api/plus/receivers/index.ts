import { Type } from "@sinclair/typebox";
import type { IntegrationHealth } from "../../../events/receiver-health.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { oneOf, orNull, TIME } from "../schemas.ts";

export interface IntegrationStatus extends IntegrationHealth {
  readonly type: string;
  readonly index: number;
  readonly sendResolved: boolean;
}

export interface ReceiverStatus {
  readonly name: string;
  /** None for one that no route leads to. */
  readonly integrations: readonly IntegrationStatus[];
  readonly groups: number;
  readonly routes: number;
}

const RECEIVERS = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      integrations: Type.Array(
        Type.Object({
          name: Type.String(),
          index: Type.Integer(),
          health: oneOf(["ok", "failing", "rate_limited", "unknown"]),
          sent: Type.Integer(),
          failed: Type.Integer(),
          errorRate: Type.Number({ minimum: 0, maximum: 1 }),
          lastSuccessAt: orNull(TIME),
          lastFailureAt: orNull(TIME),
          lastError: orNull(Type.String()),
          p50Ms: orNull(Type.Number()),
          p95Ms: orNull(Type.Number()),
          sendResolved: Type.Boolean(),
        }),
      ),
      groups: Type.Integer(),
      routes: Type.Integer(),
    }),
  ),
});

/** @param receivers in the order they are shown */
export function receiversEndpoints(receivers: () => Promise<readonly ReceiverStatus[]>): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/receivers",
      tag: "notifications",
      summary: "How each receiver does: what was sent and what failed, since the start and of late",
      description:
        "Of several servers on one database any says what all of them sent, as far as it knows; since its own start. The error rate and the " +
        "times an attempt took are those of the last hour, of at most 200 attempts.",
      needs: "viewer",
      answers: { 200: RECEIVERS },
      answer: async () =>
        ok({
          items: (await receivers()).map(({ name, integrations, groups, routes }) => ({
            name,
            integrations: integrations.map(shown),
            groups,
            routes,
          })),
        }),
    }),
  ];
}

function shown(status: IntegrationStatus) {
  const { type, index, health, sent, failed, errorRate, sendResolved, lastSuccessAt, lastFailureAt } = status;
  return {
    name: type,
    index,
    health,
    sent,
    failed,
    errorRate,
    lastSuccessAt: time(lastSuccessAt),
    lastFailureAt: time(lastFailureAt),
    lastError: status.lastError ?? null,
    p50Ms: status.p50 ?? null,
    p95Ms: status.p95 ?? null,
    sendResolved,
  };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
