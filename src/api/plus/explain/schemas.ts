import { Type } from "@sinclair/typebox";
import { STATES } from "../../../core/explain/verdict.ts";
import { FINGERPRINT, LABELS, oneOf, orNull, TIME } from "../schemas.ts";

export const DURATION = Type.String({ description: "A Prometheus duration." });

const MATCHER_RESULT = Type.Object({ matcher: Type.String(), value: Type.String(), matches: Type.Boolean() });

/** One route as it was tried. */
export const ROUTE_TRIED = Type.Object(
  {
    path: Type.Array(Type.String(), { description: "IDs from the root to the route itself." }),
    depth: Type.Integer(),
    receiver: Type.String(),
    matchers: Type.Array(Type.String()),
    results: Type.Array(MATCHER_RESULT, { description: "What each matcher made of the alert's value." }),
    tried: Type.Boolean({ description: "False where a route before it took the alert and does not continue." }),
    matched: Type.Boolean(),
    taken: Type.Boolean({ description: "It matches, and no route below it does." }),
    why: Type.String(),
    continue: Type.Boolean(),
  },
  { $id: "RouteTried" },
);

const ATTEMPT = Type.Object({
  at: TIME,
  durationMs: Type.Integer(),
  outcome: oneOf(["delivered", "failed", "refused", "unknown"]),
  statusCode: orNull(Type.Integer()),
  error: orNull(Type.String()),
});

const DECISION = Type.Object({
  at: TIME,
  outcome: Type.String(),
  reason: Type.String(),
  detail: Type.String(),
});

const INTEGRATION = Type.Object({
  integration: Type.String(),
  index: Type.Integer(),
  lastNotifiedAt: orNull(TIME),
  firing: Type.Integer(),
  resolved: Type.Integer(),
  containsAlert: Type.Boolean({ description: "Whether the last notification had the alert in it." }),
  nextRepeatAt: orNull(TIME),
  pending: Type.Boolean(),
  decisions: Type.Array(DECISION),
  attempts: Type.Array(ATTEMPT),
});

/** The group an alert is in, or would be. */
export const GROUP = Type.Object({
  receiver: Type.String(),
  routeId: Type.String(),
  groupKey: Type.String(),
  groupLabels: LABELS,
  groupWait: DURATION,
  groupInterval: DURATION,
  repeatInterval: DURATION,
  flushes: Type.Integer(),
  nextFlushAt: orNull(TIME),
  alerts: Type.Integer({ description: "0 where the group does not exist." }),
  mutedBy: Type.Object({ activeIntervals: Type.Array(Type.String()), muteIntervals: Type.Array(Type.String()) }),
  integrations: Type.Array(INTEGRATION),
});

const REASON = Type.Object({
  reason: oneOf(STATES),
  summary: Type.String(),
  receiver: Type.Optional(Type.String()),
  integration: Type.Optional(Type.String()),
  since: Type.Optional(TIME),
  until: Type.Optional(TIME),
  by: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const ALERT = Type.Object({
  fingerprint: FINGERPRINT,
  labels: LABELS,
  annotations: LABELS,
  startsAt: TIME,
  endsAt: TIME,
  updatedAt: TIME,
  generatorURL: Type.String(),
  receivers: Type.Array(Type.Object({ name: Type.String() })),
  status: Type.Object({
    state: oneOf(["active", "suppressed"]),
    silencedBy: Type.Array(Type.String()),
    inhibitedBy: Type.Array(Type.String()),
    mutedBy: Type.Array(Type.String()),
  }),
});

const SILENCE = Type.Object({
  id: Type.String(),
  matchers: Type.String(),
  state: oneOf(["active", "pending", "expired"]),
  startsAt: TIME,
  endsAt: TIME,
  createdBy: Type.String(),
  comment: Type.String(),
});

const INHIBITION = Type.Object({
  rule: Type.Object({
    name: Type.String(),
    sourceMatchers: Type.String(),
    targetMatchers: Type.String(),
    equal: Type.Array(Type.String()),
  }),
  source: Type.Object({ fingerprint: FINGERPRINT, labels: LABELS }),
});

const INTERVAL = Type.Object({
  name: Type.String(),
  kind: oneOf(["mute", "active"]),
  inForce: Type.Boolean(),
  until: orNull(TIME),
});

const CLASSIFIED = Type.Object({
  severity: Type.String(),
  category: Type.String(),
  confidence: Type.Number(),
  reason: Type.String(),
  classifier: Type.String(),
});

/** Why an alert was, or was not, notified. */
export const EXPLANATION = Type.Object(
  {
    at: TIME,
    alert: orNull(ALERT),
    labels: LABELS,
    verdict: Type.Object({ state: oneOf(STATES), summary: Type.String() }),
    reasons: Type.Array(REASON),
    routes: Type.Array(ROUTE_TRIED),
    groups: Type.Array(GROUP),
    silences: Type.Array(SILENCE),
    inhibitedBy: Type.Array(INHIBITION),
    intervals: Type.Array(INTERVAL),
    classification: orNull(CLASSIFIED),
  },
  { $id: "Explanation" },
);
