import { labelSetFromObject } from "../../core/model/labels.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { escapeSeparators, plainJSON } from "../json/quote.ts";
import { type APIContext, type APIRequest } from "./context.ts";
import { FilterError, matchesFilter, parseReceiverMatchers } from "./filters.ts";
import { Query } from "./query.ts";
import { jsonText, textError } from "./respond.ts";

/** `GET /api/v2/receivers` (spec §2.5) */
export function getReceivers({ backend, matchers }: APIContext, call: APIRequest): Response {
  let filter: Matcher[];
  try {
    filter = parseReceiverMatchers(matchers, new Query(call.query).all("receiver_matchers"));
  } catch (e) {
    if (!(e instanceof FilterError)) throw e;
    return textError(400, e.message);
  }
  const shown: string[] = [];
  for (const receiver of backend.receivers()) {
    const labels = labelSetFromObject(receiver.labels);
    if (!matchesFilter(filter, labels)) continue;
    shown.push(`{"labels":${escapeSeparators(labels.key)},"name":${plainJSON(receiver.name)}}`);
  }
  return jsonText(`[${shown.join(",")}]`);
}
