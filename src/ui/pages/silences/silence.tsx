import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useExpire } from "../../api/actions.ts";
import { plus } from "../../api/client.ts";
import type { AlertPage, Silence } from "../../api/types.ts";
import { SilenceBadge } from "../../parts/badges.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { EventList } from "../../parts/events.tsx";
import { MatcherText } from "../../parts/labels.tsx";
import { Note, PageTitle, Shown } from "../../parts/say.tsx";
import { Text } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { href, type Place } from "../../route.ts";
import { formatMatchers, fromWire } from "../../text/matchers.ts";

export default function SilencePage({ place }: { readonly place: Place }) {
  const id = place.parts[1] ?? "";
  const asked = useQuery({
    queryKey: ["silences", "one", id],
    queryFn: ({ signal }) => plus<Silence>(`/silences/${encodeURIComponent(id)}`, { signal }),
  });
  return (
    <Shown of={asked} what="the silence" title="Silence">
      {(silence) => <Details silence={silence} />}
    </Shown>
  );
}

function Details({ silence }: { readonly silence: Silence }) {
  const { id, matchers, comment, createdBy, startsAt, endsAt, updatedAt, status, note, scheduleId, ackOf } = silence;
  const expire = useExpire();
  const expired = status.state === "expired";
  const filter = silence.matcherSets.map((set) => formatMatchers(set.map(fromWire)));
  return (
    <>
      <PageTitle title={comment === "" ? "Silence" : comment}>
        <Button component="a" variant="default" href={href(`/silences/${id}/edit`)}>
          {expired ? "Recreate" : "Edit"}
        </Button>
        {expired ? null : (
          <Confirm
            label="Expire"
            size="sm"
            question="End it now? What it mutes is notified again."
            loading={expire.isPending}
            onConfirm={() => expire.mutate([id])}
          />
        )}
      </PageTitle>
      {note === null ? null : <Note tone="amber">{note}</Note>}
      <section className="panel" aria-label="The silence">
        <dl className="pairs">
          <Pair name="State">
            <SilenceBadge state={status.state} />
          </Pair>
          <Pair name="Matchers">
            <MatcherText>{matchers}</MatcherText>
          </Pair>
          <Pair name="Begins">
            <Time at={startsAt} as="clock" /> (<Time at={startsAt} />)
          </Pair>
          <Pair name={expired ? "Ended" : "Ends"}>
            <Time at={endsAt} as="clock" /> (<Time at={endsAt} />)
          </Pair>
          <Pair name="By">{createdBy}</Pair>
          <Pair name="Changed">
            <Time at={updatedAt} />
          </Pair>
          {Object.entries(silence.annotations ?? {}).map(([name, value]) => (
            <Pair key={name} name={name}>
              <Text>{value}</Text>
            </Pair>
          ))}
          {scheduleId === null ? null : (
            <Pair name="Schedule">
              <a href={href(`/silences/schedules/${encodeURIComponent(scheduleId)}`)}>{scheduleId}</a>
            </Pair>
          )}
          {ackOf === null ? null : (
            <Pair name="Acknowledges">
              <a href={href(`/alerts/${ackOf}`)}>{ackOf}</a>
            </Pair>
          )}
          <Pair name="ID">
            <code>{id}</code>
          </Pair>
        </dl>
      </section>
      {expired ? null : <Muted filter={filter} />}
      <section className="panel" aria-labelledby="history">
        <h2 id="history">History</h2>
        <EventList path={`/silences/${encodeURIComponent(id)}/history`} empty="Nothing is remembered of this silence" />
      </section>
    </>
  );
}

function Pair({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The alerts it matches now. */
function Muted({ filter }: { readonly filter: readonly string[] }) {
  const [first = ""] = filter;
  const asked = useQuery({
    queryKey: ["alerts", "matching", filter],
    queryFn: ({ signal }) => plus<AlertPage>("/alerts", { query: { filter: [first], limit: 20 }, signal }),
    enabled: filter.length === 1,
  });
  if (filter.length !== 1) return null;
  return (
    <section className="panel" aria-labelledby="matching">
      <h2 id="matching">Alerts it matches now</h2>
      <Shown of={asked} what="alerts">
        {({ items, total }) =>
          total === 0 ? (
            <p className="plain dim">None.</p>
          ) : (
            <>
              <ul className="plain-list">
                {items.map(({ fingerprint, labels, annotations }) => (
                  <li key={fingerprint}>
                    <a href={href(`/alerts/${fingerprint}`)}>{labels.alertname ?? fingerprint}</a>{" "}
                    <span className="dim">{annotations.summary ?? labels.instance ?? ""}</span>
                  </li>
                ))}
              </ul>
              {total > items.length ? (
                <a href={href("/alerts", { filter: first, silenced: true, inhibited: true, muted: true })}>
                  All {total.toLocaleString()}
                </a>
              ) : null}
            </>
          )
        }
      </Shown>
    </section>
  );
}
