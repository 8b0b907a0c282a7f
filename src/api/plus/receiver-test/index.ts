import { Type } from "@sinclair/typebox";
import type { ConfigParts } from "../config/index.ts";
import { TEST_OUTCOMES, type TestResult } from "../../../server/config/test-send.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { LABELS, oneOf, orNull } from "../schemas.ts";

const RESULT = Type.Object({
  integration: Type.String(),
  index: Type.Integer(),
  outcome: oneOf(TEST_OUTCOMES),
  statusCode: orNull(Type.Integer({ description: "Of an answer that refuses; not known of one that accepts." })),
  error: orNull(Type.String()),
  durationMs: Type.Integer(),
});

/** Trying receivers out. */
export function receiverTestEndpoints({ desk }: Pick<ConfigParts, "desk">): readonly Endpoint[] {
  return [
    endpoint({
      method: "POST",
      path: "/receivers/:name/test",
      tag: "receivers",
      summary: "Send a test notification to a receiver, once and at once",
      needs: "admin",
      body: Type.Object(
        {
          integration: Type.Optional(Type.String({ description: "Of this type only, such as slack." })),
          index: Type.Optional(Type.Integer({ minimum: 0 })),
          labels: Type.Optional(LABELS),
          annotations: Type.Optional(LABELS),
          status: Type.Optional(oneOf(["firing", "resolved"])),
        },
        { additionalProperties: false },
      ),
      answers: { 200: Type.Object({ results: Type.Array(RESULT) }) },
      async answer({ params, body: { integration, index, labels, annotations, status = "firing" } }) {
        const { name: receiver } = params;
        const one = await desk();
        const results = await one.test({ receiver, integration, index, labels, annotations, status });
        return ok({ results: results.map(shown) });
      },
    }),
  ];
}

function shown({ statusCode = undefined, error = undefined, ...rest }: TestResult) {
  return { ...rest, statusCode: statusCode ?? null, error: error ?? null };
}
