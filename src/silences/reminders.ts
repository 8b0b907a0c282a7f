import { formatPromDuration } from "../core/model/duration.ts";
import { isResolved, type Alert } from "../core/model/alert.ts";
import { matchersToString } from "../core/model/matcher.ts";
import type { PostableAlert } from "../core/model/postable.ts";
import type { Silence } from "../core/model/silence.ts";
import { formatMillis, Timestamp } from "../core/model/timestamp.ts";
import { silenceMatches } from "../core/silencing/matching.ts";
import type { Silences } from "../core/silencing/silences.ts";
import { silenceState } from "../core/silencing/state.ts";
import type { Clock } from "../dispatch/clock.ts";

/** The alert that says a silence is about to end. */
const SILENCE_EXPIRING = "SilenceExpiring";

export interface RemindersOptions {
  readonly silences: Silences;
  readonly alerts: () => Iterable<Alert>;
  readonly ingest: (alerts: readonly PostableAlert[]) => Promise<unknown>;
  readonly clock: Clock;
  /** ms before the end; undefined: nobody is reminded. */
  readonly before: () => number | undefined;
}

/**
 * Raises an alert for each silence that is about to end while it still mutes something, so that routes decide who is told.
 * Its labels follow from the silence: however many servers raise it, there is one.
 */
export class Reminders {
  readonly #options: RemindersOptions;

  constructor(options: RemindersOptions) {
    this.#options = options;
  }

  async look(): Promise<void> {
    const { silences, alerts, ingest, clock, before } = this.#options;
    const now = clock.now();
    const ahead = before();
    if (ahead === undefined) return;
    const ending = new Map<string, Silence>();
    for (const silence of silences.all()) {
      if (silenceState(silence, now) !== "active" || silence.endsAt.ms - now > ahead) continue;
      // One that was never meant to last longer has nobody to remind.
      if (silence.endsAt.ms - silence.startsAt.ms > ahead) ending.set(silence.id, silence);
    }
    const muting = new Set<string>();
    const raised = new Map<string, Alert>();
    for (const alert of alerts()) {
      if (isResolved(alert, now)) continue;
      if (alert.labels.get("alertname") === SILENCE_EXPIRING) {
        raised.set(alert.labels.get("silence_id"), alert);
        continue;
      }
      for (const [id, silence] of ending) if (!muting.has(id) && silenceMatches(silence, alert.labels)) muting.add(id);
    }
    const posted: PostableAlert[] = [];
    for (const id of muting) {
      const silence = ending.get(id) as Silence;
      if (raised.get(id)?.endsAt.ms !== silence.endsAt.ms) posted.push(reminder(silence, ahead));
    }
    for (const [id, alert] of raised) if (!muting.has(id)) posted.push(ended(alert, now));
    if (posted.length > 0) await ingest(posted);
  }
}

function reminder({ id, matcherSets, endsAt, createdBy, comment }: Silence, ahead: number): PostableAlert {
  const matchers = matcherSets.map((set) => matchersToString(set)).join(" or ");
  return {
    labels: { alertname: SILENCE_EXPIRING, silence_id: id, created_by: createdBy, severity: "info" },
    annotations: {
      summary: `A silence that mutes firing alerts ends within ${formatPromDuration(ahead)}`,
      matchers,
      ends_at: formatMillis(endsAt),
      comment,
    },
    startsAt: new Timestamp(endsAt.ms - ahead),
    endsAt,
    generatorURL: "",
  };
}

/** The same alert, over. */
function ended({ labels, annotations, startsAt, generatorURL }: Alert, now: number): PostableAlert {
  return {
    labels: Object.fromEntries(labels.entries()),
    annotations: Object.fromEntries(annotations.entries()),
    startsAt,
    endsAt: new Timestamp(now),
    generatorURL,
  };
}
