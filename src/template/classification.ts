import type { Enrichment } from "../core/interfaces/classification.ts";
import type { Classification } from "../core/model/classification.ts";
import { CLASSIFICATION, FLOAT64, STRING_SLICE } from "./value/types.ts";
import { GoList, GoNumber, GoStruct } from "./value/values.ts";

/** Makes a text of a classifier, which may say anything, mean nothing but itself where it is put in. */
export type AsPlainText = (text: string) => string;

const NO_ADVICE = new GoList(STRING_SLICE, [], true);

function only(recommendations: GoList): GoStruct {
  return new GoStruct(CLASSIFICATION, ["", "", new GoNumber(FLOAT64, 0), "", recommendations, "", ""]);
}

/** What `.Classification` is where notifications show nothing of it. */
export const NOT_CLASSIFIED = only(NO_ADVICE);

/** `.Classification` of an alert or a group. */
export function classificationValue(
  classification: Classification,
  shows: Enrichment["shows"],
  plain: AsPlainText,
): GoStruct {
  const { severity, category, confidence, reason, recommendations, classifier, model = "" } = classification;
  const advice = new GoList(STRING_SLICE, recommendations.map(plain));
  if (shows === "recommendations") return only(advice);
  const sure = new GoNumber(FLOAT64, confidence);
  return new GoStruct(CLASSIFICATION, [severity, category, sure, plain(reason), advice, classifier, plain(model)]);
}
