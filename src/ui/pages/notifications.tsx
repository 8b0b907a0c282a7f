import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { plus } from "../api/client.ts";
import type { Notification, Page } from "../api/types.ts";
import { StateBadge } from "../parts/badges.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { LabelChips } from "../parts/labels.tsx";
import { Empty, PageTitle, Shown } from "../parts/say.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { done, failed } from "../parts/toast.ts";
import { go, href, type Place } from "../route.ts";
import { More } from "../parts/more.tsx";
import { Toggles } from "../parts/toggles.tsx";

const STATES = [
  ["", "All"],
  ["pending", "Pending"],
  ["failed", "Failed"],
  ["unknown", "Unknown"],
  ["delivered", "Delivered"],
] as const;

/** What is being told to whom, what came of it, and what to do about what failed. */
export default function NotificationsPage({ place: { query } }: { readonly place: Place }) {
  const state = query.get("state") ?? "";
  const receiver = query.get("receiver") ?? "";
  const asked = useInfiniteQuery({
    queryKey: ["notifications", state, receiver],
    queryFn: ({ pageParam, signal }) =>
      plus<Page<Notification>>("/notifications", { query: { state, receiver, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: "",
    getNextPageParam: (page: Page<Notification>) => page.next,
    placeholderData: (previous) => previous,
  });
  return (
    <>
      <PageTitle title="Notifications" />
      <div className="toolbar">
        <Toggles
          label="State"
          options={STATES}
          value={state}
          onChoose={(one) => go(href("/notifications", { state: one, receiver }))}
        />
        {receiver === "" ? null : (
          <span>
            to {receiver} · <a href={href("/notifications", { state })}>to all</a>
          </span>
        )}
      </div>
      <Shown of={asked} what="notifications">
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          if (all.length === 0) return <NoNotifications state={state} />;
          return (
            <>
              <ul className="cards">
                {all.map((one) => (
                  <NotificationCard key={one.id} of={one} />
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

function NoNotifications({ state }: { readonly state: string }) {
  return (
    <Empty title={state === "" ? "Nothing has been notified yet" : `No notification is ${state}`}>
      <p>
        What was sent earlier is in the <a href={href("/history", { kind: "notification" })}>history</a>; whether the
        receivers can be reached shows <a href={href("/receivers")}>their page</a>.
      </p>
    </Empty>
  );
}

function NotificationCard({ of }: { readonly of: Notification }) {
  const {
    id,
    receiver,
    integration,
    index,
    state,
    reason,
    lastAttempt,
    attempts,
    firing,
    resolved,
    error,
    nextFlushAt,
  } = of;
  const client = useQueryClient();
  const act = (said: string, what: string) => ({
    onSuccess: () => {
      done(said);
      void client.invalidateQueries({ queryKey: ["notifications"] });
    },
    onError: (e: unknown) => failed(what, e),
  });
  const path = `/notifications/${encodeURIComponent(id)}`;
  const retry = useMutation({
    mutationFn: () => plus(`${path}/retry`, { method: "POST" }),
    ...act("Is being tried again.", "Not tried again"),
  });
  const drop = useMutation({ mutationFn: () => plus(path, { method: "DELETE" }), ...act("Dropped.", "Not dropped") });
  return (
    <li className="card">
      <div className="grow">
        <p className="plain">
          <StateBadge state={state} />{" "}
          <a href={href("/receivers", { name: receiver })}>
            {receiver}/{integration}[{index}]
          </a>{" "}
          <span className="dim small">
            {firing} firing, {resolved} resolved{reason === null || reason === "" ? "" : ` · ${reason}`}
          </span>
        </p>
        <GroupOf of={of} />
        <p className="plain small dim">
          {lastAttempt === null ? (
            "not tried yet"
          ) : (
            <>
              last tried <Time at={lastAttempt.at} />
              {lastAttempt.statusCode === null ? "" : `, HTTP ${lastAttempt.statusCode}`}
              {lastAttempt.durationMs === null ? "" : `, ${lastAttempt.durationMs} ms`}
            </>
          )}
          {attempts > 1 ? `, ${attempts} attempts` : ""}
          {nextFlushAt === null ? null : (
            <>
              {" "}
              · next flush <Time at={nextFlushAt} />
            </>
          )}
        </p>
        {error === null || error === "" ? null : (
          <p className="plain error">
            <Text>{error}</Text>
          </p>
        )}
      </div>
      <div className="card-actions">
        {state === "delivered" ? null : (
          <>
            <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
              Try now
            </Button>
            <Confirm
              label="Drop"
              question="Give this notification up? Its receiver is told again with the next change of the group."
              loading={drop.isPending}
              onConfirm={() => drop.mutate()}
            />
          </>
        )}
      </div>
    </li>
  );
}

/** The labels the group has in common; of one that is not here any more there is its key only. */
function GroupOf({ of: { groupLabels, groupKey } }: { readonly of: Notification }) {
  if (groupLabels === null) return <code className="matchers">{groupKey}</code>;
  if (Object.keys(groupLabels).length === 0) return <span className="dim small">all alerts of its route</span>;
  return <LabelChips labels={groupLabels} />;
}
