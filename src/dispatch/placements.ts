import type { LabelSet } from "../core/model/labels.ts";
import { matchRoutes, type Route } from "../core/routing/route.ts";
import type { Group } from "./group.ts";

/** The routes of an alert: one object for all alerts that go the same way. */
interface Way {
  readonly routes: readonly Route[];
  readonly receivers: readonly string[];
  /** Shared by those that have one route and no group yet. */
  readonly unplaced: Placement;
}

/** Where the alerts of a label set are. Sets with one route that are in one group share it. */
class Placement {
  constructor(
    readonly owner: Placements,
    readonly way: Way,
    /** One group for each route, once it is needed. */
    readonly groups: Group[],
  ) {}
}

/** Knows where the alerts of each label set are in one routing tree: worked out once and noted on the set. */
export class Placements {
  readonly #root: Route;
  readonly #ways = new Map<string, Way>();
  readonly #ofGroups = new WeakMap<Group, Placement>();

  constructor(root: Route) {
    this.#root = root;
  }

  /** By what is noted, else by matching the routes. */
  of(labels: LabelSet): Placement {
    const known = this.known(labels);
    if (known !== undefined) return known;
    const way = this.#way(matchRoutes(this.#root, labels));
    const placement = way.routes.length === 1 ? way.unplaced : new Placement(this, way, []);
    labels.note = placement;
    return placement;
  }

  /** What is noted; undefined for a set nobody has asked about. */
  known(labels: LabelSet): Placement | undefined {
    const { note } = labels;
    return note instanceof Placement && note.owner === this ? note : undefined;
  }

  /** Notes the group of a label set for the route of this number. */
  put(labels: LabelSet, { way, groups }: Placement, route: number, group: Group): void {
    if (way.routes.length > 1) groups[route] = group;
    else labels.note = this.#in(group, way);
  }

  #in(group: Group, way: Way): Placement {
    let placement = this.#ofGroups.get(group);
    if (placement === undefined) {
      placement = new Placement(this, way, [group]);
      this.#ofGroups.set(group, placement);
    }
    return placement;
  }

  #way(routes: readonly Route[]): Way {
    const key = routes.map((route) => route.index).join();
    const known = this.#ways.get(key);
    if (known !== undefined) return known;
    const receivers = routes.map((route) => route.receiver);
    const way: Way = {
      routes,
      receivers,
      get unplaced() {
        return unplaced;
      },
    };
    const unplaced = new Placement(this, way, []);
    this.#ways.set(key, way);
    return way;
  }
}
