import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { plus } from "../../api/client.ts";
import type { CalendarItem } from "../../api/types.ts";
import { Shown } from "../../parts/say.tsx";
import { href, type Place } from "../../route.ts";
import { firstDayOfWeek } from "../settings.tsx";
import { exactTime, toLocalInput } from "../../text/time.ts";
import { SilenceSections } from "./sections.tsx";

const MONTH = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

function day(year: number, month: number, date: number): Date {
  return new Date(year, month, date);
}

/** A month of silences: those there are, and those that schedules will make. */
export default function CalendarPage({ place }: { readonly place: Place }) {
  const [year = new Date().getFullYear(), month = new Date().getMonth() + 1] = (place.query.get("month") ?? "")
    .split("-")
    .flatMap((part) => (part === "" ? [] : [Number(part)]));
  const first = day(year, month - 1, 1);
  const lead = (first.getDay() - firstDayOfWeek() + 7) % 7;
  const weeks = Math.ceil((lead + day(year, month, 0).getDate()) / 7);
  const from = day(year, month - 1, 1 - lead);
  const to = day(year, month - 1, 1 - lead + weeks * 7);
  const asked = useQuery({
    queryKey: ["silences", "calendar", from.toISOString(), to.toISOString()],
    queryFn: ({ signal }) =>
      plus<{ readonly items: readonly CalendarItem[] }>("/silences/calendar", {
        query: { from: from.toISOString(), to: to.toISOString() },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const link = (at: Date) => href("/silences/calendar", { month: toLocalInput(at).slice(0, 7) });
  return (
    <>
      <SilenceSections at="/silences/calendar" />
      <div className="toolbar">
        <Button
          component="a"
          size="compact-md"
          variant="default"
          href={link(day(year, month - 2, 1))}
          aria-label="The month before"
        >
          ←
        </Button>
        <h2 className="month">{MONTH.format(first)}</h2>
        <Button
          component="a"
          size="compact-md"
          variant="default"
          href={link(day(year, month, 1))}
          aria-label="The month after"
        >
          →
        </Button>
        <Button component="a" size="compact-md" variant="default" href={href("/silences/calendar")}>
          Today
        </Button>
      </div>
      <Shown of={asked} what="the calendar">
        {({ items }) => (
          <div className="calendar-frame" tabIndex={0} role="region" aria-label={`Silences of ${MONTH.format(first)}`}>
            <table className="calendar">
              <thead>
                <tr>
                  {Array.from({ length: 7 }, (_, n) => (
                    <th key={n} scope="col">
                      {WEEKDAY.format(day(year, month - 1, 1 - lead + n))}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {Array.from({ length: weeks }, (_, week) => (
                  <tr key={week}>
                    {Array.from({ length: 7 }, (_, n) => (
                      <Day key={n} at={day(year, month - 1, 1 - lead + week * 7 + n)} month={month - 1} items={items} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
    </>
  );
}

/** How many silences of a day are named. */
const MOST = 6;

function Day({
  at,
  month,
  items,
}: {
  readonly at: Date;
  readonly month: number;
  readonly items: readonly CalendarItem[];
}) {
  const end = day(at.getFullYear(), at.getMonth(), at.getDate() + 1);
  const here = items
    .filter(({ startsAt, endsAt }) => new Date(startsAt) < end && new Date(endsAt) > at)
    .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  const today = at.toDateString() === new Date().toDateString();
  return (
    <td
      className={`${at.getMonth() === month ? "" : "other-month"}${today ? " today" : ""}${here.length === 0 ? " free" : ""}`}
    >
      <span className="date">
        <span className="weekday">{WEEKDAY.format(at)} </span>
        {at.getDate()}
        {today ? <span className="sr-only"> today</span> : null}
      </span>
      <ul>
        {here.slice(0, MOST).map((item) => (
          <li key={item.startsAt + (item.silenceId ?? item.scheduleId ?? item.title)}>
            <Item item={item} dayStart={at} dayEnd={end} />
          </li>
        ))}
        {here.length > MOST ? <li className="dim small">{here.length - MOST} more</li> : null}
      </ul>
    </td>
  );
}

function Item({
  item,
  dayStart,
  dayEnd,
}: {
  readonly item: CalendarItem;
  readonly dayStart: Date;
  readonly dayEnd: Date;
}) {
  const { startsAt, endsAt, silenceId, scheduleId, title, matchers } = item;
  const start = new Date(startsAt);
  const end = new Date(endsAt);
  const planned = silenceId === null;
  const link = planned
    ? href(`/silences/schedules/${encodeURIComponent(scheduleId ?? "")}`)
    : href(`/silences/${silenceId}`);
  const from = start < dayStart ? "" : CLOCK.format(start);
  const until = end > dayEnd ? "" : CLOCK.format(end);
  return (
    <a
      className={planned ? "slot planned" : "slot"}
      href={link}
      title={`${planned ? "Planned: " : ""}${title}\n${matchers}\n${exactTime(start)} – ${exactTime(end)}`}
    >
      {from === "" && until === "" ? "all day" : `${from}–${until}`} {title}
    </a>
  );
}
