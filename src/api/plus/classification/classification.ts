import { Type, type Static } from "@sinclair/typebox";
import { CATEGORIES, SEVERITIES, type Classification } from "../../../core/model/classification.ts";
import { FINGERPRINT, oneOf, TIME } from "../schemas.ts";

/** One classification as it is shown. */
export const CLASSIFICATION = Type.Object(
  {
    fingerprint: FINGERPRINT,
    severity: oneOf(SEVERITIES),
    category: oneOf(CATEGORIES),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    reason: Type.String(),
    recommendations: Type.Array(Type.String()),
    classifier: Type.String(),
    model: Type.Optional(Type.String()),
    tokens: Type.Optional(Type.Number()),
    costUsd: Type.Optional(Type.Number()),
    classifiedAt: TIME,
  },
  { $id: "Classification" },
);

export function shown({ classifiedAt, ...one }: Classification): Static<typeof CLASSIFICATION> {
  const {
    fingerprint,
    severity,
    category,
    confidence,
    reason,
    recommendations,
    classifier,
    takenBackAt: _,
    ...cost
  } = one;
  return {
    fingerprint,
    severity,
    category,
    confidence,
    reason,
    recommendations: [...recommendations],
    classifier,
    ...cost,
    classifiedAt: new Date(classifiedAt).toISOString(),
  };
}
