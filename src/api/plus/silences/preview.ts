import { Type } from "@sinclair/typebox";
import { StorageError } from "../../../core/interfaces/storage.ts";
import { isResolved } from "../../../core/model/alert.ts";
import { compareBytes, type LabelSet } from "../../../core/model/labels.ts";
import type { Matcher } from "../../../core/model/matcher.ts";
import { silenceMatches } from "../../../core/silencing/matching.ts";
import { ALERT, alertTexts } from "../alerts/alert.ts";
import { SeenAlert, sightOf } from "../alerts/view.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { FINGERPRINT, LABELS, TIME } from "../schemas.ts";
import { MATCHERS, readMatcherSets } from "./matchers.ts";
import { TAG, type SilencesParts } from "./parts.ts";
import { iso } from "./shown.ts";

/** Alerts named in one answer. */
const MOST = 100;
/** Events of the last day that are looked at; what is beyond is said to be left out. */
const MOST_EVENTS = 20_000;
const DAY = 86_400_000;

const PREVIEW = Type.Object({
  now: Type.Object({ count: Type.Integer(), alerts: Type.Array(ALERT) }),
  lastDay: Type.Object({
    count: Type.Integer(),
    alerts: Type.Array(
      Type.Object({ fingerprint: FINGERPRINT, labels: LABELS, lastFiringAt: TIME, firings: Type.Integer() }),
    ),
  }),
  receivers: Type.Array(Type.String({ description: "Those that would be told less now." })),
  warnings: Type.Array(Type.String()),
});

interface Fired {
  readonly labels: LabelSet;
  lastAt: number;
  firings: number;
}

export function previewEndpoint(parts: SilencesParts): Endpoint {
  return endpoint({
    method: "POST",
    path: "/silences/preview",
    tag: TAG,
    summary: "What a silence would match: of the alerts that fire now, and of those that began in the last day",
    needs: "viewer",
    body: Type.Object(
      { matchers: MATCHERS, startsAt: Type.Optional(TIME), endsAt: Type.Optional(TIME) },
      { additionalProperties: false },
    ),
    answers: { 200: PREVIEW },
    async answer({ body }) {
      const matcherSets = readMatcherSets(parts, body.matchers);
      const sight = sightOf(parts.view);
      const firing = parts.view.alerts().filter((alert) => !isResolved(alert, sight.now));
      const matched = firing.filter(({ labels }) => silenceMatches({ matcherSets }, labels));
      const warnings = timeWarnings(body, sight.now);
      if (matched.length === 0) warnings.push("it matches no alert that fires now");
      if (matched.length > 1 && matched.length === firing.length)
        warnings.push("it matches every alert that fires now");
      const lastDay = await firedSince(parts, matcherSets, sight.now, warnings);
      const receivers = new Set(matched.flatMap(({ labels }) => [...parts.view.receiversOf(labels)]));
      const texts = await alertTexts(matched.slice(0, MOST).map((alert) => new SeenAlert(alert, sight)));
      const rest = {
        lastDay: {
          count: lastDay.length,
          alerts: lastDay.slice(0, MOST).map(({ labels, lastAt, firings }) => ({
            fingerprint: labels.fingerprint,
            labels: labels.toObject(),
            lastFiringAt: iso(lastAt),
            firings,
          })),
        },
        receivers: [...receivers].sort(compareBytes),
        warnings,
      };
      return {
        status: 200,
        headers: { "Content-Type": "application/json" },
        body: `{"now":{"count":${matched.length},"alerts":[${texts.join()}]},${JSON.stringify(rest).slice(1)}`,
      };
    },
  });
}

function timeWarnings({ startsAt, endsAt }: { readonly startsAt?: string; readonly endsAt?: string }, now: number) {
  const warnings: string[] = [];
  const [start, end] = [
    startsAt === undefined ? now : Date.parse(startsAt),
    endsAt === undefined ? undefined : Date.parse(endsAt),
  ];
  if (end !== undefined && end <= now) warnings.push("it ends in the past");
  else if (end !== undefined && end <= start) warnings.push("it ends before it begins");
  if (start > now) warnings.push("it begins later: what fires then may be something else");
  return warnings;
}

/** Alerts that began to fire in the last day and match, those that did last first. */
async function firedSince(
  { history }: SilencesParts,
  matcherSets: readonly (readonly Matcher[])[],
  now: number,
  warnings: string[],
): Promise<Fired[]> {
  const found = new Map<string, Fired>();
  const counted = new Set<string>();
  let seen = 0;
  try {
    for (const matchers of matcherSets) {
      const query = {
        from: now - DAY,
        to: now + 1,
        matchers,
        kinds: ["alert"] as const,
        ascending: false,
        limit: 1000,
      };
      let page = await history.searchHistory(query);
      for (;;) {
        for (const { change, labels, at, n } of page.events) {
          if (change !== "firing" || labels === undefined) continue;
          // Another set may have matched it before.
          const place = `${at}-${n}`;
          if (counted.has(place)) continue;
          counted.add(place);
          const known = found.get(labels.fingerprint);
          if (known === undefined) found.set(labels.fingerprint, { labels, lastAt: at, firings: 1 });
          else {
            known.firings++;
            known.lastAt = Math.max(known.lastAt, at);
          }
        }
        seen += page.events.length;
        if (page.next === undefined) break;
        if (seen >= MOST_EVENTS) {
          warnings.push(`more than ${MOST_EVENTS} events of the last day match: the others are not counted`);
          return lastFirst(found);
        }
        page = await history.searchHistory({ ...query, after: page.next });
      }
    }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    warnings.push(`the history of the last day cannot be read: ${error.message}`);
  }
  return lastFirst(found);
}

function lastFirst(found: ReadonlyMap<string, Fired>): Fired[] {
  return [...found.values()].sort((a, b) => b.lastAt - a.lastAt);
}
