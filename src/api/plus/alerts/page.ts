import type { AlertFilter } from "./filter.ts";
import { First } from "./first.ts";
import type { AlertOrder, Place } from "./order.ts";
import { scan } from "./scan.ts";
import type { AlertsView, SeenAlert } from "./view.ts";

export interface PageQuery {
  readonly order: AlertOrder;
  readonly limit: number;
  /** The place of the last alert of the page before. */
  readonly after: Place | undefined;
}

export interface AlertPage {
  readonly items: readonly SeenAlert[];
  /** The place of the last one; undefined where no more follow. */
  readonly next: Place | undefined;
  /** How many alerts pass the filter, on whatever page. */
  readonly total: number;
}

/**
 * One page of the alerts that pass a filter. It begins where the one before ended by what alerts are sorted by, and not by how many
 * there were: alerts that come or go in between move no other one to another page.
 */
export async function alertPage(
  view: AlertsView,
  filter: AlertFilter,
  { order, limit, after }: PageQuery,
): Promise<AlertPage> {
  let total = 0;
  const first = new First<Place & { readonly seen: SeenAlert }>(limit + 1, order.compare);
  await scan(view, filter, (seen) => {
    total++;
    const place = { key: order.keyOf(seen), fingerprint: seen.alert.labels.fingerprint, seen };
    if (after === undefined || order.compare(place, after) > 0) first.add(place);
  });
  const found = first.take();
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ seen }) => seen),
    next: last === undefined ? undefined : { key: last.key, fingerprint: last.fingerprint },
    total,
  };
}
