import { Type } from "@sinclair/typebox";
import type { LoadedConfig } from "../../../config/index.ts";
import { traceRoutes } from "../../../core/explain/route-trace.ts";
import { laterOf } from "../../../core/explain/trail.ts";
import { judge } from "../../../core/explain/verdict.ts";
import type { HistoryReader } from "../../../core/interfaces/history.ts";
import type { Alert } from "../../../core/model/alert.ts";
import type { Classification } from "../../../core/model/classification.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import { findByFingerprint, findByLabels, gatherFacts, type Deciding } from "../../../dispatch/explain/gather.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { readAsked, type Asked } from "./asked.ts";
import { remembered } from "./remembered.ts";
import { routingEndpoints } from "./routing.ts";
import { EXPLANATION } from "./schemas.ts";
import { shownExplanation, unknownAlert } from "./shown.ts";

export interface ExplainParts {
  /** Undefined before a configuration is loaded. */
  readonly deciding: () => Deciding | undefined;
  readonly matchers: MatcherParser;
  /** Reads a configuration as the server reads its own. @throws Error with upstream's words */
  readonly readConfig: (text: string) => LoadedConfig;
  /** Knows what other servers told whom, and what was told before the start. */
  readonly history: Pick<HistoryReader, "searchHistory">;
  readonly classification: (fingerprint: string) => Classification | undefined;
}

/** Why an alert was, or was not, notified, and where alerts are routed. */
export function explainEndpoints(parts: ExplainParts): readonly Endpoint[] {
  const { matchers, classification, history } = parts;
  return [
    endpoint({
      method: "GET",
      path: "/explain",
      tag: "explain",
      summary: "Why an alert was, or was not, notified",
      description:
        "Every route tried, the groups with their timers and what their integrations were told, what mutes the alert, and a verdict. " +
        "Of labels no alert has, what would become of one.",
      needs: "viewer",
      query: Type.Object({
        fingerprint: Type.Optional(Type.String({ description: "Of an alert." })),
        labels: Type.Optional(Type.String({ maxLength: 100_000, description: 'All labels, as `a=b,c="d, e"`.' })),
      }),
      answers: { 200: EXPLANATION },
      async answer({ query }) {
        const asked = readAsked(query, matchers);
        const before = decidingOf(parts);
        const fingerprint = "labels" in asked ? asked.labels.fingerprint : asked.fingerprint;
        const past = await remembered(history, fingerprint, before.now);
        // All else as it is once that is known.
        const deciding = decidingOf(parts);
        const alert = find(deciding, asked);
        const labels = alert?.labels ?? ("labels" in asked ? asked.labels : undefined);
        if (labels === undefined) return ok(unknownAlert(deciding.now, fingerprint));
        const facts = gatherFacts(deciding, labels, alert, (key) => laterOf(deciding.recent.of(key), past(key)));
        const trace = traceRoutes(deciding.dispatcher.root, labels);
        const classified = alert === undefined ? undefined : classification(labels.fingerprint);
        return ok(shownExplanation(facts, judge(facts), trace, classified));
      },
    }),
    ...routingEndpoints({ deciding: () => decidingOf(parts), readConfig: parts.readConfig }),
  ];
}

function find(deciding: Deciding, asked: Asked): Alert | undefined {
  return "labels" in asked ? findByLabels(deciding, asked.labels) : findByFingerprint(deciding, asked.fingerprint);
}

/** @throws Problem while there is none */
function decidingOf({ deciding }: Pick<ExplainParts, "deciding">): Deciding {
  const now = deciding();
  if (now === undefined) throw new Problem(503, "no configuration is loaded yet");
  return now;
}
