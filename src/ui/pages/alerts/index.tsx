import { Button, NativeSelect } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconBellOff, IconCheck, IconFilter, IconX } from "@tabler/icons-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useAcknowledge } from "../../api/actions.ts";
import { plus } from "../../api/client.ts";
import type { Alert, Facets as FacetCounts } from "../../api/types.ts";
import { useCreator } from "../../parts/creator.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { focusQuery, MatcherBar } from "../../parts/matcher-bar.tsx";
import { Empty, Failure, Loading } from "../../parts/say.tsx";
import { SilenceMenu } from "../../parts/silence-menu.tsx";
import { Unread } from "../../parts/unread.tsx";
import { go, href, type Place } from "../../route.ts";
import { useKeys } from "../../shell/keys.ts";
import { formatMatchers } from "../../text/matchers.ts";
import { Facets } from "./facets.tsx";
import { GroupBy } from "./group-by.tsx";
import { AlertList } from "./list.tsx";
import { useAlertRows, useGroupRows } from "./rows.ts";
import { type Selection, useSelection } from "./selection.ts";
import { type AlertsView, isNarrowed, linkOf, parametersOf, show, viewOf } from "./view.ts";

const SORTS = [
  { value: "-startsAt", label: "Newest first" },
  { value: "startsAt", label: "Oldest first" },
  { value: "severity", label: "Worst first" },
  { value: "alertname", label: "By name" },
];
const STATES = ["active", "silenced", "inhibited", "muted"] as const;
const STATE_WORDS = { active: "Firing", silenced: "Silenced", inhibited: "Inhibited", muted: "Muted" } as const;

/** Whether the page has been drawn before. */
let isWarm = false;

export default function AlertsPage({ place }: { readonly place: Place }) {
  const view = useMemo(() => viewOf(place), [place]);
  const grouped = view.group.length > 0;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const list = useAlertRows(view, !grouped);
  const groups = useGroupRows(view, open, grouped);
  const rows = grouped ? groups : list;
  const failed = rows.error !== null && rows.error !== undefined;
  const selection = useSelection();
  const [facetsOpen, facets] = useDisclosure(false);
  // The first time the rows come after all that is around them: both at once take longer than the browser should wait.
  const drawsRows = useDeferredValue(true, isWarm);
  useEffect(() => {
    isWarm = true;
  }, []);
  const openGroup = useCallback((key: string) => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  }, []);
  useKeys({
    "/": () => focusQuery(),
    n: () => go(silenceLink(view)),
    Escape: selection.clear,
  });

  return (
    <>
      <h1 className="sr-only" tabIndex={-1}>
        Alerts
      </h1>
      <div className="query-line">
        <div className="grow">
          <MatcherBar
            isQuery
            label="Filter alerts"
            placeholder='Filter: severity="critical", or words · press / to get here'
            matchers={view.matchers}
            onMatchers={(matchers) => show(view, { matchers })}
            words={view.words}
            onWords={(words) => show(view, { words })}
          />
        </div>
        <Button
          component="a"
          href={silenceLink(view)}
          variant="default"
          leftSection={<IconBellOff size={16} aria-hidden />}
          title={
            isNarrowed({ ...view, matchers: [] })
              ? "Silence all that the matchers match: more than is shown, for words and facets are not part of a silence"
              : "Silence everything that matches"
          }
        >
          Silence…
        </Button>
      </div>
      <Unread place={place} />
      <div className="toolbar" role="group" aria-label="What is shown">
        <StateToggles view={view} enabled={rows.isSettled} />
        <span className="grow" />
        <GroupBy names={view.group} onNames={(group) => show(view, { group })} />
        <NativeSelect
          size="xs"
          aria-label="Order"
          data={SORTS}
          value={view.sort}
          onChange={(event) => show(view, { sort: event.currentTarget.value })}
          className="sort"
        />
        <Button
          size="xs"
          variant="default"
          hiddenFrom="md"
          leftSection={<IconFilter size={14} aria-hidden />}
          onClick={facets.open}
        >
          Facets
        </Button>
      </div>
      <div className="with-facets">
        <aside className="facets" aria-label="Facets">
          {failed ? null : <Facets view={view} enabled={rows.isSettled} />}
        </aside>
        <section className="list" aria-label="List of alerts">
          {failed ? <Failure error={rows.error} retry={rows.refetch} /> : null}
          {rows.isPending ? <Loading what="alerts" /> : null}
          {!rows.isPending && rows.count === 0 && !failed ? <NoAlerts view={view} /> : null}
          {drawsRows ? <AlertList view={view} rows={rows} selection={selection} onOpenGroup={openGroup} /> : null}
        </section>
      </div>
      <Dialog as="drawer" opened={facetsOpen} onClose={facets.close} title="Facets">
        <Facets view={view} enabled={rows.isSettled} />
      </Dialog>
      {selection.alerts.size > 0 ? <SelectionBar selection={selection} loaded={rows.alerts} /> : null}
    </>
  );
}

/** To the form that silences what is shown; with nothing narrowed, to an empty one. */
function silenceLink({ matchers }: AlertsView): string {
  return href("/silences/new", { filter: matchers.length === 0 ? "" : formatMatchers(matchers) });
}

function StateToggles({ view, enabled }: { readonly view: AlertsView; readonly enabled: boolean }) {
  const { state: _, ...parameters } = parametersOf(view);
  // The numbers beside the states that are not shown are the reason to show them.
  const { data } = useQuery({
    queryKey: ["alerts", "states", parameters],
    queryFn: ({ signal }) => plus<FacetCounts>("/alerts/facets", { query: { ...parameters, top: 1 }, signal }),
    placeholderData: (previous) => previous,
    enabled,
  });
  const count = (state: (typeof STATES)[number]) =>
    (data?.states[state] ?? 0) + (state === "active" ? (data?.states.unprocessed ?? 0) : 0);
  return (
    <div className="toggles" role="group" aria-label="States">
      {STATES.map((state) => (
        <button
          key={state}
          type="button"
          className="toggle"
          aria-pressed={view[state]}
          onClick={() => show(view, { [state]: !view[state] })}
        >
          {STATE_WORDS[state]} <span className="count">{data === undefined ? "…" : count(state).toLocaleString()}</span>
        </button>
      ))}
    </div>
  );
}

function NoAlerts({ view }: { readonly view: AlertsView }) {
  const hidden = !view.silenced || !view.inhibited || !view.muted;
  if (isNarrowed(view)) {
    return (
      <Empty title="No alert matches">
        <p>
          <a href={linkOf({ ...view, matchers: [], words: "", receiver: "", severity: "", category: "" })}>
            Take the filter off
          </a>
          {hidden ? (
            <>
              {" "}
              or{" "}
              <a href={linkOf({ ...view, silenced: true, inhibited: true, muted: true })}>
                look among the silenced, inhibited and muted
              </a>
            </>
          ) : null}
          .
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing is firing">
      <p>
        {hidden ? (
          <>
            <a href={linkOf({ ...view, silenced: true, inhibited: true, muted: true })}>
              Show the silenced, inhibited and muted too
            </a>
            , or see what fired lately in the{" "}
          </>
        ) : (
          "See what fired lately in the "
        )}
        <a href={href("/history")}>history</a>. New alerts appear here by themselves.
      </p>
      <p className="dim">
        Nothing ever arrives? Point Prometheus here: <code>alerting.alertmanagers</code>, target{" "}
        <code>{window.location.host}</code>.
      </p>
    </Empty>
  );
}

interface SelectionBarProps {
  readonly selection: Selection;
  readonly loaded: readonly Alert[];
}

function SelectionBar({ selection, loaded }: SelectionBarProps) {
  const [opened, setOpened] = useState(false);
  const acknowledge = useAcknowledge();
  const createdBy = useCreator() || "anonymous";
  const alerts = [...selection.alerts.values()];
  const acknowledgeAll = () =>
    acknowledge.mutate(
      { fingerprints: alerts.map(({ fingerprint }) => fingerprint), createdBy },
      { onSuccess: selection.clear },
    );
  useKeys({ s: () => setOpened(true), a: acknowledgeAll });
  return (
    <div className="selection-bar" role="region" aria-label="Selected alerts">
      <strong role="status">{alerts.length.toLocaleString()} selected</strong>
      <Button size="compact-sm" variant="subtle" onClick={() => selection.add(loaded)}>
        All that are loaded
      </Button>
      <span className="grow" />
      <SilenceMenu
        of={alerts.map(({ labels }) => labels)}
        opened={opened}
        onChange={setOpened}
        onDone={selection.clear}
      >
        <Button size="sm" leftSection={<IconBellOff size={16} aria-hidden />} onClick={() => setOpened(!opened)}>
          Silence
        </Button>
      </SilenceMenu>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconCheck size={16} aria-hidden />}
        loading={acknowledge.isPending}
        onClick={acknowledgeAll}
      >
        Acknowledge
      </Button>
      <Button size="sm" variant="default" aria-label="Clear the selection" onClick={selection.clear}>
        <IconX size={16} aria-hidden />
      </Button>
    </div>
  );
}
