import { useInfiniteQuery } from "@tanstack/react-query";
import { plus, type Parameters } from "../api/client.ts";
import type { Happening, Page } from "../api/types.ts";
import { href } from "../route.ts";
import { StateBadge } from "./badges.tsx";
import { LabelChips } from "./labels.tsx";
import { Empty, Shown } from "./say.tsx";
import { Text } from "./text.tsx";
import { Time } from "./time.tsx";
import { More } from "./more.tsx";

interface EventListProps {
  readonly path: string;
  readonly query?: Parameters;
  /** What to say where nothing has happened. */
  readonly empty: string;
  /** Leaves out labels and links to the alert, on that alert's own page. */
  readonly ofOneAlert?: boolean;
}

/** What happened, newest first, page by page. */
export function EventList({ path, query = {}, empty, ofOneAlert = false }: EventListProps) {
  const asked = useInfiniteQuery({
    queryKey: ["history", path, query],
    queryFn: ({ pageParam, signal }) =>
      plus<Page<Happening>>(path, { query: { ...query, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (page: Page<Happening>) => page.next,
    placeholderData: (previous) => previous,
  });
  return (
    <Shown of={asked} what="history">
      {({ pages }) => {
        const events = pages.flatMap(({ items }) => items);
        if (events.length === 0) return <Empty title={empty} />;
        return (
          <>
            <ol className="events">
              {events.map((event) => (
                <EventRow key={event.id} event={event} ofOneAlert={ofOneAlert} />
              ))}
            </ol>
            <More of={asked} />
          </>
        );
      }}
    </Shown>
  );
}

function EventRow({ event, ofOneAlert }: { readonly event: Happening; readonly ofOneAlert: boolean }) {
  const { kind, change, at, summary, actor, labels, fingerprint, subject, receiver, integration, replica } = event;
  const link =
    kind === "silence" && subject !== null
      ? href(`/silences/${subject}`)
      : fingerprint === null || ofOneAlert
        ? undefined
        : href(`/alerts/${fingerprint}`);
  return (
    <li className="event">
      <span className="event-time">
        <Time at={at} as="clock" />
      </span>
      <span className="event-kind">
        <span className="dim small">{kind}</span> <StateBadge state={change} />
      </span>
      <span className="event-text">
        {link === undefined ? (
          <span>
            <Text>{summary}</Text>
          </span>
        ) : (
          <a href={link}>{summary === "" ? (subject ?? fingerprint) : summary}</a>
        )}
        {receiver === null ? null : (
          <span className="dim small">
            {" "}
            · {receiver}
            {integration === null ? "" : `/${integration}`}
          </span>
        )}
        {actor === null || summary.endsWith(`by ${actor.name}`) ? null : (
          <span className="dim small"> · by {actor.name}</span>
        )}
        {replica === null ? null : <span className="dim small"> · {replica}</span>}
        {labels === null || ofOneAlert ? null : <LabelChips labels={labels} />}
      </span>
    </li>
  );
}
