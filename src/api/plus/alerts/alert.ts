import { Type } from "@sinclair/typebox";
import { AlertWriter } from "../../v2/alert-json.ts";
import { FINGERPRINT, LABELS, oneOf, orNull, TIME } from "../schemas.ts";
import { CLASSIFICATION, shown } from "../classification/classification.ts";
import { Turn } from "./turn.ts";
import type { SeenAlert } from "./view.ts";

/** An alert as `/api/v2/alerts` shows it, with what it is taken for. */
export const ALERT = Type.Object(
  {
    annotations: LABELS,
    endsAt: TIME,
    fingerprint: FINGERPRINT,
    receivers: Type.Array(Type.Object({ name: Type.String() })),
    startsAt: TIME,
    status: Type.Object({
      inhibitedBy: Type.Array(FINGERPRINT),
      mutedBy: Type.Array(Type.String({ description: "Time intervals." })),
      silencedBy: Type.Array(Type.String()),
      state: oneOf(["active", "suppressed", "unprocessed"]),
    }),
    updatedAt: TIME,
    generatorURL: Type.Optional(Type.String()),
    labels: LABELS,
    classification: CLASSIFICATION,
    acknowledgedBy: orNull(Type.String({ description: "The ID of the silence it is acknowledged by." })),
  },
  { $id: "Alert" },
);

/** Writes alerts as JSON, all of them with one writer. */
export async function alertTexts(all: readonly SeenAlert[]): Promise<string[]> {
  const writer = new AlertWriter();
  const turn = new Turn();
  const texts: string[] = [];
  for (const seen of all) {
    if (turn.isOver) await turn.giveWay();
    const { sight, alert } = seen;
    const more = {
      classification: shown(sight.view.classification(alert)),
      acknowledgedBy: sight.view.acknowledgedBy(alert.labels) ?? null,
    };
    // It begins with a comma and ends its object, as what follows begins one.
    texts.push(`${writer.write(seen).slice(1, -1)},${JSON.stringify(more).slice(1)}`);
  }
  return texts;
}
