import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { SeverityBadge, StateBadge } from "../../parts/badges.tsx";
import { PlainTime } from "../../parts/time.tsx";
import { useKeys } from "../../shell/keys.ts";
import { go, href, keep, kept, scrollToKept } from "../../route.ts";
import { worstFirst } from "../../text/counts.ts";
import { formatMatchers, type Matcher } from "../../text/matchers.ts";
import { AlertRow } from "./alert-row.tsx";
import { groupMatchers, type Row, type Rows } from "./rows.ts";
import type { Selection } from "./selection.ts";
import { type AlertsView, linkOf, toggle } from "./view.ts";

interface ListProps {
  readonly view: AlertsView;
  readonly rows: Rows;
  readonly selection: Selection;
  readonly onOpenGroup: (key: string) => void;
}

/** Only the rows that can be seen are in the page, however many there are. */
export function AlertList({ view, rows: { count, at, need }, selection, onOpenGroup }: ListProps) {
  const narrow = useMediaQuery("(max-width: 48em)", window.matchMedia("(max-width: 48em)").matches);
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [cursor, setCursor] = useState(-1);
  useLayoutEffect(() => {
    const offset = list.current?.getBoundingClientRect();
    if (offset !== undefined) setTop(offset.top + window.scrollY);
  }, [view, count === 0]);
  const height = (row: Row | undefined) => (row?.kind === "group" || row?.kind === "more" ? 44 : narrow ? 92 : 60);
  // A new function would have all rows measured again.
  const keyOf = useCallback((index: number) => at(index)?.key ?? index, [at]);
  // The same for every view, so that a row is drawn anew only where its alert has changed.
  const shown = useRef(view);
  shown.current = view;
  const narrowTo = useCallback((matcher: Matcher) => toggle(shown.current, matcher), []);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: (index) => height(at(index)),
    getItemKey: keyOf,
    overscan: 3,
    scrollMargin: top,
  });
  useEffect(() => {
    virtualizer.measure();
  }, [virtualizer, narrow]);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    need(last);
  });

  // The row may have to be drawn first.
  const focusOn = (index: number) =>
    requestAnimationFrame(() => {
      requestAnimationFrame(() =>
        rowAt(index)?.querySelector<HTMLElement>(".row-name")?.focus({ preventScroll: true }),
      );
    });
  const place = linkOf(view);
  useLayoutEffect(() => {
    // Another list begins at its top; one to which the reader returns, where it was left.
    scrollToKept();
    const { row = -1 } = kept();
    setCursor(row);
    if (row >= 0) focusOn(row);
  }, [place]);

  const choose = (index: number) => {
    setCursor(index);
    keep({ row: index });
  };
  const focus = (index: number) => {
    if (index < 0 || index >= count) return;
    choose(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
    focusOn(index);
  };
  const rowAt = (index: number) => list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;
  const press = (act: string) => rowAt(cursor)?.querySelector<HTMLElement>(`[data-act=${act}]`)?.click();
  const current = at(cursor);
  const few = selection.alerts.size === 0;
  useKeys({
    j: () => focus(Math.min(cursor + 1, count - 1)),
    k: () => focus(Math.max(cursor - 1, 0)),
    x: () => {
      if (current?.kind === "alert") selection.toggle(current.alert);
    },
    ...(few ? { s: () => press("silence"), a: () => press("acknowledge") } : {}),
    e: () => {
      if (current?.kind === "alert") go(href(`/alerts/${current.alert.fingerprint}`));
    },
  });

  return (
    <div
      ref={list}
      role="list"
      aria-label="Alerts"
      className="virtual"
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={(event) => {
        const index = event.target.closest("[data-index]")?.getAttribute("data-index");
        if (index === null || index === undefined) return;
        choose(Number(index));
      }}
    >
      {items.map(({ index, key, start, size }) => {
        const row = at(index);
        if (row === undefined) return null;
        const selected = row.kind === "alert" && selection.alerts.has(row.alert.fingerprint);
        return (
          <div
            key={key}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            data-index={index}
            className={`row row-${row.kind}${selected ? " row-selected" : ""}${cursor === index ? " row-current" : ""}${row.kind === "alert" && row.group !== undefined ? " row-in-group" : ""}`}
            style={{ height: size, transform: `translateY(${start - virtualizer.options.scrollMargin}px)` }}
          >
            {row.kind === "alert" ? (
              <AlertRow
                alert={row.alert}
                selected={selected}
                onToggle={selection.toggle}
                onLabel={narrowTo}
                {...(row.group === undefined ? {} : { without: view.group })}
              />
            ) : null}
            {row.kind === "group" ? <GroupRow row={row} view={view} onOpen={() => onOpenGroup(row.key)} /> : null}
            {row.kind === "more" ? (
              <a className="row-name" href={linkOf({ ...view, group: [], matchers: groupMatchers(view, row.group) })}>
                All {row.group.count.toLocaleString()} alerts of this group
              </a>
            ) : null}
            {row.kind === "waiting" ? <span className="bone" aria-label="Loading" /> : null}
          </div>
        );
      })}
    </div>
  );
}

interface GroupRowProps {
  readonly row: Extract<Row, { kind: "group" }>;
  readonly view: AlertsView;
  readonly onOpen: () => void;
}

function GroupRow({ row: { group, open }, view, onOpen }: GroupRowProps) {
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const severities = worstFirst(group.severities);
  const names = view.group.map((name) => `${name}="${group.labels[name] ?? ""}"`).join(", ");
  return (
    <>
      <button type="button" className="group-name row-name" aria-expanded={open} onClick={onOpen}>
        <Chevron size={16} aria-hidden />
        <span className="group-labels" title={names}>
          {view.group.map((name) => group.labels[name] || `no ${name}`).join(" · ")}
        </span>
        <span className="count">{group.count.toLocaleString()}</span>
      </button>
      <span className="group-facts">
        {severities.map(([severity, count]) => (
          <SeverityBadge key={severity} severity={severity} count={count} />
        ))}
        {Object.entries(group.states)
          .filter(([state, count]) => count > 0 && state !== "active")
          .map(([state]) => (
            <StateBadge key={state} state={state} />
          ))}
        <span className="dim">
          <PlainTime at={group.newest} />
        </span>
        <a
          data-act="silence"
          href={href("/silences/new", { filter: formatMatchers(groupMatchers(view, group)) })}
          className="small"
        >
          Silence
        </a>
      </span>
    </>
  );
}
