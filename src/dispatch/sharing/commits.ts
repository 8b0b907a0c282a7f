import type { GroupRow } from "../../core/interfaces/storage.ts";
import type { Alert } from "../../core/model/alert.ts";
import type { LabelSet } from "../../core/model/labels.ts";
import { groupId } from "../group.ts";
import type { Journal } from "../journal.ts";

/** Alerts on their way to a store that other servers share. */
export class SharedCommits {
  readonly #journal: Journal;
  readonly #groupsOf: (labels: LabelSet) => readonly GroupRow[];
  /** How many versions of each. */
  readonly #pending = new Map<LabelSet, number>();

  /** @param groupsOf the groups of an alert that the others have to be told of with it */
  constructor(journal: Journal, groupsOf: (labels: LabelSet) => readonly GroupRow[]) {
    this.#journal = journal;
    this.#groupsOf = groupsOf;
  }

  isPending(labels: LabelSet): boolean {
    return this.#pending.has(labels);
  }

  /** Stores alerts for all servers, each together with the groups it is in: one may just have been removed elsewhere. */
  async store(alerts: readonly Alert[], groups: readonly GroupRow[]): Promise<void> {
    const newGroups = new Map<string, GroupRow>();
    for (const { labels } of alerts) {
      this.#pending.set(labels, (this.#pending.get(labels) ?? 0) + 1);
      for (const row of this.#groupsOf(labels)) newGroups.set(groupId(row), row);
    }
    try {
      await this.#journal.commit({ alerts, groups, newGroups: [...newGroups.values()] });
    } finally {
      for (const { labels } of alerts) {
        const left = (this.#pending.get(labels) ?? 1) - 1;
        if (left === 0) this.#pending.delete(labels);
        else this.#pending.set(labels, left);
      }
    }
  }
}
