import type { SharedStorage, Synced } from "../../core/interfaces/shared-storage.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { GroupRow } from "../../core/interfaces/storage.ts";
import type { Group } from "../group.ts";
import type { Workshop } from "./claims.ts";
import type { SharedMemory } from "./memory.ts";

export interface AdoptionOptions {
  readonly storage: SharedStorage;
  readonly memory: SharedMemory;
  readonly log: Logger;
  readonly isSharing: () => boolean;
  readonly workshop: () => Pick<Workshop, "configHash" | "dispatcher"> | undefined;
}

/** Which configuration groups are flushed by, and what the database knows of the groups there are under it. */
export class Adoption {
  readonly #options: AdoptionOptions;
  /** The configuration this server has told the database of since it joined it. */
  #adopted: string | undefined;
  /** The configuration groups are flushed by, as of the last look. */
  #inForce: string | undefined;
  /** Groups the database has to be told of. */
  readonly #unannounced = new Map<string, Group>();

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** Whether groups are flushed by the configuration this server has. */
  get isInForce(): boolean {
    const { isSharing, workshop } = this.#options;
    return isSharing() && this.#inForce !== undefined && this.#inForce === workshop()?.configHash;
  }

  /** Whether this server may claim groups. */
  get mayClaim(): boolean {
    return this.isInForce && this.#adopted === this.#inForce;
  }

  /** The database was joined, and knows nothing of what this server has. */
  startOver(): void {
    this.#adopted = undefined;
  }

  looked({ configHash }: Synced): void {
    this.#inForce = configHash;
  }

  /** Groups were made for what another server stored. */
  made(groups: readonly Group[]): void {
    for (const group of groups) this.#unannounced.set(group.id, group);
  }

  /** Sees to it that groups are flushed by a configuration that a live server has, and that the database knows them. */
  async follow(synced: Synced): Promise<void> {
    await this.#followConfiguration(synced);
    if (this.#unannounced.size > 0) await this.#announce();
  }

  async #followConfiguration({ configHash, replicas }: Synced): Promise<void> {
    const { isSharing, workshop } = this.#options;
    const mine = workshop()?.configHash;
    if (mine === undefined || !isSharing()) return;
    if (this.#adopted === undefined || this.#adopted !== mine) return this.#adopt();
    if (configHash === mine) return;
    // Another one is newer, unless all that had it are gone.
    if (replicas.some((replica) => replica.configHash === configHash)) return;
    await this.#adopt();
  }

  async #adopt(): Promise<void> {
    const { storage, memory, log } = this.#options;
    const workshop = this.#options.workshop();
    if (workshop === undefined) return;
    const { configHash, dispatcher } = workshop;
    const rows: GroupRow[] = [...dispatcher.groups()].filter((g) => g.size > 0).map((group) => group.row(configHash));
    const isFirst = await storage.adopt(configHash, rows);
    this.#adopted = configHash;
    this.#inForce = configHash;
    if (isFirst) memory.forgetGroups(undefined);
    else memory.applyGroups();
    if (isFirst) log.info("Groups are flushed by this configuration from now on", { config_hash: configHash });
  }

  /**
   * Tells the database of groups that whoever stored their alerts did not: a restored backup knows no routes, and a server
   * with an outdated configuration has other ones.
   */
  async #announce(): Promise<void> {
    const groups = [...this.#unannounced.values()].filter(({ destroyed }) => !destroyed);
    this.#unannounced.clear();
    const configHash = this.#options.workshop()?.configHash;
    if (groups.length === 0 || configHash === undefined || !this.isInForce) return;
    try {
      await this.#options.storage.commit({ newGroups: groups.map((group) => group.row(configHash)) });
    } catch (error) {
      this.made(groups);
      throw error;
    }
  }
}
