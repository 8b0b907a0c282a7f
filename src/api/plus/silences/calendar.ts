import { Type } from "@sinclair/typebox";
import { matchersToString } from "../../../core/model/matcher.ts";
import { scheduleOf } from "../../../core/silencing/origin.ts";
import { endpoint, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { orNull, TIME } from "../schemas.ts";
import { TAG, type SilencesParts } from "./parts.ts";
import { iso, matchersText } from "./shown.ts";

const DAY = 86_400_000;
/** ms */
const LONGEST = 400 * DAY;
const MOST = 5000;

const ENTRY = Type.Object({
  startsAt: TIME,
  endsAt: TIME,
  silenceId: orNull(Type.String()),
  scheduleId: orNull(Type.String()),
  title: Type.String(),
  matchers: Type.String(),
});

interface Entry {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly silenceId: string | null;
  readonly scheduleId: string | null;
  readonly title: string;
  readonly matchers: string;
}

export function calendarEndpoint({ silences, keeping: { schedules }, view }: SilencesParts): Endpoint {
  return endpoint({
    method: "GET",
    path: "/silences/calendar",
    tag: TAG,
    summary: "What silences when: silences there are, and those schedules will make",
    needs: "viewer",
    query: Type.Object({ from: Type.Optional(TIME), to: Type.Optional(TIME) }),
    answers: { 200: Type.Object({ items: Type.Array(ENTRY) }) },
    answer({ query }) {
      const now = view.now();
      const from = query.from === undefined ? now : Date.parse(query.from);
      const to = query.to === undefined ? from + 7 * DAY : Date.parse(query.to);
      if (to <= from) throw new Problem(400, `to: expected a time after ${iso(from)}, not ${iso(to)}`);
      if (to - from > LONGEST) throw new Problem(400, "to: expected at most 400 days after from");
      const items: Entry[] = [];
      const ids = new Set<string>();
      for (const silence of silences()) {
        const { id, startsAt, endsAt, comment, createdBy, matcherSets } = silence;
        ids.add(id);
        // One that was ended before it began silenced nothing.
        if (startsAt.ms >= to || endsAt.ms <= from || endsAt.ms <= startsAt.ms) continue;
        const scheduleId = scheduleOf(silence)?.id ?? null;
        const name = scheduleId === null ? undefined : schedules.get(scheduleId)?.content.name;
        const title = name ?? (comment === "" ? `by ${createdBy}` : comment);
        const matchers = matchersText(matcherSets);
        items.push({ startsAt: startsAt.ms, endsAt: endsAt.ms, silenceId: id, scheduleId, title, matchers });
      }
      for (const schedule of schedules.list()) {
        if (!schedule.content.enabled) continue;
        for (const { startsAt, endsAt } of schedules.upcoming(schedule, now, from)) {
          if (startsAt >= to || items.length >= MOST) break;
          const made = schedules.silenceId(schedule, { startsAt, endsAt });
          if (endsAt <= from || (made !== undefined && ids.has(made))) continue;
          const { name: title } = schedule.content;
          const matchers = matchersToString(schedule.matchers);
          items.push({ startsAt, endsAt, silenceId: null, scheduleId: schedule.id, title, matchers });
        }
      }
      items.sort((a, b) => a.startsAt - b.startsAt || a.endsAt - b.endsAt);
      const shown = items.slice(0, MOST);
      return ok({
        items: shown.map((one) => Object.assign({}, one, { startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) })),
      });
    },
  });
}
