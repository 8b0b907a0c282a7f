import { infiniteQueryOptions, type QueryClient, useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { plus } from "../../api/client.ts";
import type { Alert, AlertGroup, AlertPage, Page } from "../../api/types.ts";
import type { Place } from "../../route.ts";
import { formatMatchers, matchersOf } from "../../text/matchers.ts";
import { type AlertsView, parametersOf, viewOf } from "./view.ts";

/** One line of the list. */
export type Row =
  | { readonly kind: "alert"; readonly key: string; readonly alert: Alert; readonly group?: AlertGroup }
  | { readonly kind: "group"; readonly key: string; readonly group: AlertGroup; readonly open: boolean }
  | { readonly kind: "more"; readonly key: string; readonly group: AlertGroup }
  | { readonly kind: "waiting"; readonly key: string };

export interface Rows {
  /** How many there are, also of those not fetched yet. */
  readonly count: number;
  /** The row of this number. */
  at(index: number): Row | undefined;
  /** Those that have been fetched. */
  readonly alerts: readonly Alert[];
  readonly error: unknown;
  /** Nothing has come yet, for this view or another. */
  readonly isPending: boolean;
  /** What is shown is of this view and not of the one before it; true after an error, too. */
  readonly isSettled: boolean;
  /** Sees to it that the row of this number is fetched, and those before it. */
  need(index: number): void;
  refetch(): void;
}

// The first answer shall be quick, those after it few.
const FIRST = 50;
const MORE = 1000;
/** Rows fetched ahead of what is seen. */
const AHEAD = 25;
/** Alerts shown of one group; for all of them there is a link. */
const IN_GROUP = 100;

/** The list of all alerts of the view, as it is asked for. */
function listOf(view: AlertsView) {
  const parameters = parametersOf(view);
  return infiniteQueryOptions({
    queryKey: ["alerts", "list", parameters, view.sort],
    queryFn: ({ pageParam, signal }) =>
      plus<AlertPage>("/alerts", {
        query: { ...parameters, sort: view.sort, limit: pageParam === "" ? FIRST : MORE, cursor: pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page: AlertPage) => page.next,
    // Ten thousand alerts are not compared one by one to save a few rows from being drawn.
    structuralSharing: false,
  });
}

/** Asks for the first alerts before there is a page to show them, where it is they that will be shown. */
export function fetchAhead(client: QueryClient, place: Place): void {
  const [page = "alerts", ...others] = place.parts;
  const view = viewOf(place);
  if (page === "alerts" && others.length === 0 && view.group.length === 0)
    void client.prefetchInfiniteQuery(listOf(view));
}

/** All alerts of the view, fetched as far as somebody scrolls. */
export function useAlertRows(view: AlertsView, enabled: boolean): Rows {
  const asked = useInfiniteQuery({ ...listOf(view), placeholderData: (previous) => previous, enabled });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  const alerts = useMemo(() => once(data?.pages ?? []), [data]);
  const total = data?.pages[0]?.total ?? 0;
  const count = hasNextPage ? Math.max(alerts.length, total) : alerts.length;
  return {
    count,
    at: useCallback(
      (index) => {
        const alert = alerts[index];
        return alert === undefined
          ? { kind: "waiting", key: `waiting ${index}` }
          : { kind: "alert", key: alert.fingerprint, alert };
      },
      [alerts],
    ),
    alerts,
    error: asked.error,
    isPending: asked.isPending,
    isSettled: !asked.isPending && !asked.isPlaceholderData,
    need: (index) => {
      const isThere = Math.min(index + AHEAD, count - 1) < alerts.length;
      if (!isThere && hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refetch: () => void asked.refetch(),
  };
}

/** The alerts of all pages; what changes its place between two pages comes twice. */
function once(pages: readonly AlertPage[]): readonly Alert[] {
  const found = new Map<string, Alert>();
  for (const { items } of pages) {
    for (const alert of items) if (!found.has(alert.fingerprint)) found.set(alert.fingerprint, alert);
  }
  return [...found.values()];
}

/** The view by groups, the alerts of those that are open below them. */
export function useGroupRows(view: AlertsView, open: ReadonlySet<string>, enabled: boolean): Rows {
  const parameters = parametersOf(view);
  const asked = useInfiniteQuery({
    queryKey: ["alerts", "groups", parameters, view.group],
    queryFn: ({ pageParam, signal }) =>
      plus<Page<AlertGroup>>("/alerts/groups", {
        query: { ...parameters, by: view.group.join(","), limit: 500, cursor: pageParam },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page: Page<AlertGroup>) => page.next,
    placeholderData: (previous) => previous,
    enabled: enabled && view.group.length > 0,
  });
  const groups = useMemo(
    () => (asked.data?.pages ?? []).flatMap(({ items }) => items).map((group) => ({ group, key: keyOf(group) })),
    [asked.data],
  );
  const opened = groups.filter(({ key }) => open.has(key));
  const alerts = useQueries({
    queries: opened.map(({ group, key }) => ({
      queryKey: ["alerts", "group", parameters, view.sort, key],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        plus<AlertPage>("/alerts", {
          query: { ...parameters, ...inGroup(view, group), sort: view.sort, limit: IN_GROUP },
          signal,
        }),
    })),
  });
  const rows: Row[] = [];
  for (const { group, key } of groups) {
    const isOpen = open.has(key);
    rows.push({ kind: "group", key, group, open: isOpen });
    if (!isOpen) continue;
    const page = alerts[opened.findIndex((one) => one.key === key)]?.data;
    if (page === undefined) rows.push({ kind: "waiting", key: `${key} waiting` });
    for (const alert of page?.items ?? [])
      rows.push({ kind: "alert", key: `${key} ${alert.fingerprint}`, alert, group });
    if (page !== undefined && page.next !== null) rows.push({ kind: "more", key: `${key} more`, group });
  }
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  return {
    count: rows.length,
    at: (index) => rows[index],
    alerts: rows.flatMap((row) => (row.kind === "alert" ? [row.alert] : [])),
    error: asked.error,
    isPending: asked.isPending,
    isSettled: !asked.isPending && !asked.isPlaceholderData,
    need: (index) => {
      if (index + AHEAD >= rows.length && hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refetch: () => void asked.refetch(),
  };
}

function keyOf({ labels }: AlertGroup): string {
  return JSON.stringify(labels);
}

/** The filter that holds for the alerts of one group; a label it lacks is one that is empty. */
export function groupMatchers(view: AlertsView, { labels }: AlertGroup) {
  const all = Object.fromEntries(view.group.map((name) => [name, labels[name] ?? ""]));
  return [...view.matchers, ...matchersOf(all)];
}

function inGroup(view: AlertsView, group: AlertGroup): { filter: readonly string[] } {
  return { filter: [formatMatchers(groupMatchers(view, group))] };
}
