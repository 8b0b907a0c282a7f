import { Button, Checkbox } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useExpire } from "../../api/actions.ts";
import { plus } from "../../api/client.ts";
import type { Page, Silence } from "../../api/types.ts";
import { Badge, SilenceBadge } from "../../parts/badges.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { MatcherText } from "../../parts/labels.tsx";
import { focusQuery, MatcherBar } from "../../parts/matcher-bar.tsx";
import { Empty, Shown } from "../../parts/say.tsx";
import { Time } from "../../parts/time.tsx";
import { go, href, type Place } from "../../route.ts";
import { useKeys } from "../../shell/keys.ts";
import { formatMatchers, type Matcher, parseMatchers } from "../../text/matchers.ts";
import { SilenceSections } from "./sections.tsx";
import { More } from "../../parts/more.tsx";
import { Toggles } from "../../parts/toggles.tsx";

const STATES = [
  ["active", "Active"],
  ["pending", "Pending"],
  ["expired", "Expired"],
] as const;

export default function SilencesPage({ place: { query } }: { readonly place: Place }) {
  const matchers = query.getAll("filter").flatMap((text) => parseMatchers(text) ?? []);
  const words = query.get("q") ?? "";
  const state = query.get("state") ?? "active";
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const expire = useExpire();
  const show = (change: { matchers?: readonly Matcher[]; words?: string; state?: string }) => {
    const next = change.matchers ?? matchers;
    go(
      href("/silences", {
        filter: next.length === 0 ? "" : formatMatchers(next),
        q: change.words ?? words,
        state: (change.state ?? state) === "active" ? "" : (change.state ?? state),
      }),
    );
  };
  const parameters = { state, q: words, filter: matchers.length === 0 ? [] : [formatMatchers(matchers)] };
  const asked = useInfiniteQuery({
    queryKey: ["silences", "list", parameters],
    queryFn: ({ pageParam, signal }) =>
      plus<Page<Silence>>("/silences", { query: { ...parameters, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (page: Page<Silence>) => page.next,
    placeholderData: (previous) => previous,
  });
  useKeys({
    "/": () => focusQuery(),
    n: () => go(href("/silences/new")),
    Escape: () => setChosen(new Set()),
  });
  const toggle = (id: string) => {
    const after = new Set(chosen);
    if (!after.delete(id)) after.add(id);
    setChosen(after);
  };

  return (
    <>
      <SilenceSections at="/silences" />
      <MatcherBar
        isQuery
        label="Filter silences"
        placeholder="Filter by what they match, or by words of the comment · press / to get here"
        matchers={matchers}
        onMatchers={(next) => show({ matchers: next })}
        words={words}
        onWords={(next) => show({ words: next })}
      />
      <div className="toolbar">
        <Toggles label="State" options={STATES} value={state} onChoose={(one) => show({ state: one })} />
        <span className="grow" />
        {chosen.size === 0 ? null : (
          <Confirm
            label={`Expire ${chosen.size}`}
            question={`End ${chosen.size} silences now? What they muted is notified again.`}
            loading={expire.isPending}
            onConfirm={() => expire.mutate([...chosen], { onSuccess: () => setChosen(new Set()) })}
          />
        )}
      </div>
      <Shown of={asked} what="silences">
        {({ pages }) => {
          const silences = pages.flatMap(({ items }) => items);
          if (silences.length === 0) return <NoSilences state={state} narrowed={matchers.length > 0 || words !== ""} />;
          return (
            <>
              <ul className="cards">
                {silences.map((silence) => (
                  <SilenceCard
                    key={silence.id}
                    silence={silence}
                    chosen={chosen.has(silence.id)}
                    onToggle={() => toggle(silence.id)}
                  />
                ))}
              </ul>
              <More of={asked} />
            </>
          );
        }}
      </Shown>
    </>
  );
}

interface SilenceCardProps {
  readonly silence: Silence;
  readonly chosen: boolean;
  readonly onToggle: () => void;
}

function SilenceCard({ silence, chosen, onToggle }: SilenceCardProps) {
  const { id, matchers, comment, createdBy, startsAt, endsAt, status, matching, note, scheduleId, ackOf } = silence;
  const expire = useExpire();
  const expired = status.state === "expired";
  const title = comment === "" ? (ackOf === null ? "No comment" : "Acknowledged") : comment;
  return (
    <li className="card">
      {expired ? null : (
        <Checkbox size="xs" checked={chosen} onChange={onToggle} aria-label={`Select the silence ${title}`} />
      )}
      <div className="grow">
        <p className="plain">
          <SilenceBadge state={status.state} /> <a href={href(`/silences/${id}`)}>{title}</a>{" "}
          {scheduleId === null ? null : (
            <a href={href(`/silences/schedules/${encodeURIComponent(scheduleId)}`)}>
              <Badge tone="blue">from a schedule</Badge>
            </a>
          )}
          {ackOf === null ? null : <Badge tone="green">acknowledgement</Badge>}
        </p>
        <p className="plain">
          <MatcherText>{matchers}</MatcherText>
        </p>
        <p className="plain dim small">
          {createdBy} ·{" "}
          {status.state === "pending" ? (
            <>
              begins <Time at={startsAt} />
            </>
          ) : (
            <>
              {expired ? "ended" : "ends"} <Time at={endsAt} />
            </>
          )}{" "}
          {expired ? null : <>· mutes {matching.toLocaleString()} now</>}
          {note === null ? null : <strong> · {note}</strong>}
        </p>
      </div>
      <div className="card-actions">
        <Button component="a" size="compact-sm" variant="default" href={href(`/silences/${id}/edit`)}>
          {expired ? "Recreate" : "Edit"}
        </Button>
        {expired ? null : (
          <Confirm
            label="Expire"
            question="End it now? What it mutes is notified again."
            loading={expire.isPending}
            onConfirm={() => expire.mutate([id])}
          />
        )}
      </div>
    </li>
  );
}

function NoSilences({ state, narrowed }: { readonly state: string; readonly narrowed: boolean }) {
  return (
    <Empty title={narrowed ? "No silence matches" : `No ${state} silence`}>
      <p>
        {narrowed ? (
          <a href={href("/silences", { state: state === "active" ? "" : state })}>Take the filter off</a>
        ) : (
          <>
            <a href={href("/silences/new")}>Make one</a>, silence alerts from <a href={href("/alerts")}>their list</a>,
            or <a href={href("/silences/schedules/new")}>plan one</a> for every week.
          </>
        )}
      </p>
    </Empty>
  );
}
