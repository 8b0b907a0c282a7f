import { Button, NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { addressOf, plus } from "../../api/client.ts";
import type { Stats } from "../../api/types.ts";
import { EventList } from "../../parts/events.tsx";
import { LabelChips } from "../../parts/labels.tsx";
import { focusQuery, MatcherBar } from "../../parts/matcher-bar.tsx";
import { Loading, PageTitle, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { go, href, type Place } from "../../route.ts";
import { useKeys } from "../../shell/keys.ts";
import { formatMatchers, type Matcher, parseMatchers } from "../../text/matchers.ts";
import { parseDuration } from "../../text/duration.ts";
import { fromLocalInput, toLocalInput } from "../../text/time.ts";
import { rangeOf, stepOf } from "./range.ts";
import { Toggles } from "../../parts/toggles.tsx";

const Chart = lazy(() => import("./chart.tsx"));

const LASTS = ["1h", "6h", "24h", "7d", "30d"].map((last) => [last, last] as const);
const KINDS = [
  ["", "Everything"],
  ["alert", "Alerts"],
  ["notification", "Notifications"],
  ["verdict", "Verdicts"],
  ["silence", "Silences"],
  ["classification", "Classification"],
  ["config", "Configuration"],
  ["reload", "Reloads"],
  ["access", "Access"],
  ["heartbeat", "Heartbeats"],
] as const;
const GROUPINGS = [
  { value: "alertname", label: "by alert" },
  { value: "receiver", label: "by receiver" },
  { value: "severity", label: "by severity" },
];

/** What happened: how much of it when, what most, and each thing in turn. */
export default function HistoryPage({ place }: { readonly place: Place }) {
  const { query } = place;
  const range = rangeOf(place);
  const matchers = query.getAll("filter").flatMap((text) => parseMatchers(text) ?? []);
  const words = query.get("q") ?? "";
  const kind = query.get("kind") ?? "";
  const by = query.get("by") ?? "alertname";
  const receiver = query.get("receiver") ?? "";
  const link = (change: Readonly<Record<string, string>>) => {
    const fixed = { from: query.get("from"), to: query.get("to"), last: query.get("last") };
    return href("/history", {
      filter: matchers.length === 0 ? "" : formatMatchers(matchers),
      q: words,
      kind,
      by: by === "alertname" ? "" : by,
      receiver,
      ...fixed,
      ...change,
    });
  };
  const show = (change: Readonly<Record<string, string>>) => go(link(change));
  const between = (from: Date, to: Date) => show({ from: from.toISOString(), to: to.toISOString(), last: "" });
  const filter = matchers.length === 0 ? [] : [formatMatchers(matchers)];
  const span = { from: range.from.toISOString(), to: range.to.toISOString() };
  const asked = useQuery({
    queryKey: ["history", "stats", span, filter, by],
    queryFn: ({ signal }) =>
      plus<Stats>("/history/stats", { query: { ...span, filter, by, step: stepOf(range) }, signal }),
    placeholderData: keepPreviousData,
  });
  useKeys({ "/": () => focusQuery() });
  const events = { ...span, filter, q: words, kind, receiver };

  return (
    <>
      <PageTitle title="History">
        <Button
          component="a"
          variant="default"
          size="compact-md"
          href={addressOf("api/plus/v1/history/export", events)}
          download
        >
          Export
        </Button>
      </PageTitle>
      <MatcherBar
        isQuery
        label="Filter history"
        placeholder='Filter: alertname="DiskFull", or words · press / to get here'
        matchers={matchers}
        onMatchers={(next: readonly Matcher[]) => show({ filter: next.length === 0 ? "" : formatMatchers(next) })}
        words={words}
        onWords={(q) => show({ q })}
      />
      <div className="toolbar">
        <Toggles
          label="Range"
          options={LASTS}
          value={range.last}
          onChoose={(last) => show({ last, from: "", to: "" })}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label="From"
          value={toLocalInput(range.from)}
          onChange={(e) => {
            const from = fromLocalInput(e.currentTarget.value);
            if (from !== undefined && from < range.to) between(from, range.to);
          }}
        />
        <span>–</span>
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label="To"
          value={toLocalInput(range.to)}
          onChange={(e) => {
            const to = fromLocalInput(e.currentTarget.value);
            if (to !== undefined && to > range.from) between(range.from, to);
          }}
        />
      </div>
      <Shown of={asked} what="the figures">
        {(stats) => (
          <>
            <Suspense fallback={<Loading what="the chart" />}>
              <Chart
                buckets={stats.buckets}
                from={range.from}
                to={range.to}
                step={parseDuration(stepOf(range)) ?? 0}
                onRange={between}
              />
            </Suspense>
            <Most stats={stats} by={by} matchers={matchers} link={link} onBy={(next) => show({ by: next })} />
          </>
        )}
      </Shown>
      <section aria-labelledby="events">
        <h2 id="events">Events</h2>
        <Toggles label="Kinds of events" options={KINDS} value={kind} onChoose={(one) => show({ kind: one })} />
        <EventList path="/history" query={events} empty="Nothing happened in this time, as far as is remembered" />
      </section>
    </>
  );
}

interface MostProps {
  readonly stats: Stats;
  readonly by: string;
  readonly matchers: readonly Matcher[];
  /** To here, with something changed. */
  readonly link: (change: Readonly<Record<string, string>>) => string;
  readonly onBy: (by: string) => void;
}

function Most({ stats: { top, flapping }, by, matchers, link, onBy }: MostProps) {
  return (
    <div className="two-columns">
      <section className="panel" aria-labelledby="most">
        <div className="panel-head">
          <h2 id="most">Most</h2>
          <NativeSelect
            size="xs"
            aria-label="Counted"
            data={GROUPINGS}
            value={by}
            onChange={(e) => onBy(e.currentTarget.value)}
          />
        </div>
        {top.length === 0 ? (
          <p className="plain dim">Nothing.</p>
        ) : (
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Fired</th>
                <th scope="col">Notified</th>
                <th scope="col">Flaps</th>
              </tr>
            </thead>
            <tbody>
              {top.slice(0, 10).map(({ key, firing, notified, flaps }) => (
                <tr key={key}>
                  <th scope="row">
                    <a
                      href={link(
                        by === "receiver"
                          ? { receiver: key, kind: "notification" }
                          : { filter: formatMatchers([...matchers, { name: by, operator: "=", value: key }]) },
                      )}
                    >
                      {key === "" ? "(none)" : key}
                    </a>
                  </th>
                  <td>{firing.toLocaleString()}</td>
                  <td>{notified.toLocaleString()}</td>
                  <td>{flaps.toLocaleString()}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="panel" aria-labelledby="flapping">
        <h2 id="flapping">Flapping</h2>
        {flapping.length === 0 ? <p className="plain dim">No alert came and went again and again.</p> : null}
        <ul className="plain-list">
          {flapping.slice(0, 8).map(({ fingerprint, labels, flaps, lastAt }) => (
            <li key={fingerprint}>
              <a href={href(`/alerts/${fingerprint}`)}>{labels.alertname ?? fingerprint}</a>{" "}
              <span className="dim">
                {flaps.toLocaleString()} times, last <Time at={lastAt} />
              </span>
              <LabelChips labels={labels} without={["alertname"]} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
