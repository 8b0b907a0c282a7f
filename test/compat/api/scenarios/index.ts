import { type Scenario, get } from "../exchange.ts";
import { ALERT_BODIES } from "./alert-bodies.ts";
import { ALERTS, SUPPRESSED_ALERTS } from "./alerts.ts";
import { FRAMEWORK } from "./framework.ts";
import { PATHS, PREFIXED_PATHS } from "./paths.ts";
import { SILENCES, SILENCE_BODIES } from "./silences.ts";

const RECEIVERS: Scenario = {
  name: "receivers",
  exchanges: [
    "",
    "?receiver_matchers=x",
    "?receiver_matchers=",
    '?receiver_matchers=name=~"team-.*"',
    '?receiver_matchers=name=~"("',
    "?receiver_matchers=name=team-X",
    "?receiver_matchers=name!=team-X&receiver_matchers=tier=gold",
    '?receiver_matchers=tier=""',
    '?receiver_matchers=tier!=""',
    '?receiver_matchers=owner="<%26>"',
    '?receiver_matchers=foo="x"',
    "?filter=x",
  ].map((query) => get(`/api/v2/receivers${query}`)),
};

/** Everything that is recorded and replayed. */
export const SCENARIOS: readonly Scenario[] = [
  PATHS,
  PREFIXED_PATHS,
  FRAMEWORK,
  ALERT_BODIES,
  ALERTS,
  SUPPRESSED_ALERTS,
  SILENCE_BODIES,
  SILENCES,
  RECEIVERS,
];
