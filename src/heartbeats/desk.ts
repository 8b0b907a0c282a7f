import {
  HEARTBEAT_DEFAULTS,
  HeartbeatError,
  heartbeatOf,
  type Heartbeat,
  type HeartbeatText,
} from "../config/plus/heartbeats.ts";
import { Secret } from "../config/secret.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { Heartbeats, type HeartbeatsOptions } from "./heartbeats.ts";
import { HEARTBEAT } from "./part.ts";
import type { HeartbeatState } from "./state.ts";

export interface HeartbeatDeskOptions extends HeartbeatsOptions {
  readonly engine: Engine;
  readonly log: Logger;
}

/** One heartbeat for whoever looks at it. */
export interface HeartbeatView extends Omit<HeartbeatState, "state"> {
  /** `never` also of one that is not enabled. */
  readonly state: HeartbeatState["state"];
  /** Whether it is in the file, and is changed there. */
  readonly isInFile: boolean;
}

/** As a document keeps it. */
type Kept = Omit<HeartbeatText, "url" | "url_file"> & { readonly url: string };

/** What a heartbeat cannot be changed for. */
export class HeartbeatConflict extends Error {}

/** All made over the API; enough for anybody, and not too many to look after. */
const MOST = 1000;

/** All heartbeats, those of the file and those made over the API. */
export class HeartbeatDesk {
  readonly #options: HeartbeatDeskOptions;
  readonly #heartbeats: Heartbeats;
  #inFile: readonly Heartbeat[] = [];
  /** Names of new ones on their way to the store. */
  readonly #arriving = new Set<string>();

  /** @param listeningSince ms */
  constructor(options: HeartbeatDeskOptions, listeningSince: number) {
    this.#options = options;
    this.#heartbeats = new Heartbeats(options, listeningSince);
  }

  /** Goes by the file as it is now, and by what has been made over the API. */
  use(inFile: readonly Heartbeat[]): void {
    this.#inFile = inFile;
    this.#heartbeats.use(this.#all());
  }

  /** By name. */
  list(): readonly HeartbeatView[] {
    const states = this.#heartbeats.states();
    const inFile = new Set(this.#inFile);
    const nothing = { state: "never", lastAt: undefined, nextAt: undefined, lastError: undefined } as const;
    const views = this.#all().map((heartbeat) =>
      Object.assign({}, nothing, states.get(heartbeat.name), { heartbeat, isInFile: inFile.has(heartbeat) }),
    );
    return views.sort((a, b) => (a.heartbeat.name < b.heartbeat.name ? -1 : 1));
  }

  get(name: string): HeartbeatView | undefined {
    return this.list().find(({ heartbeat }) => heartbeat.name === name);
  }

  /**
   * Makes one, or with `replaces` another one of the same name.
   *
   * @throws HeartbeatError for what is wrong with it
   * @throws HeartbeatConflict
   * @throws StorageError
   */
  async put(text: HeartbeatText, replaces: boolean): Promise<void> {
    const { documents } = this.#options.engine;
    heartbeatOf(text);
    if (this.#inFile.some(({ name }) => name === text.name)) throw inTheFile(text.name);
    const url = text.url?.reveal() ?? "";
    if (hasUser(url)) {
      throw new HeartbeatError(
        "url",
        "has a user or a password, which have no place in the database: give it in the file of --plus.config.file",
      );
    }
    const isThere = documents.get(HEARTBEAT, text.name) !== undefined || this.#arriving.has(text.name);
    if (isThere && !replaces)
      throw new HeartbeatConflict(`name: there is a heartbeat ${JSON.stringify(text.name)} already`);
    if (!isThere && documents.list(HEARTBEAT).length + this.#arriving.size >= MOST) {
      throw new HeartbeatConflict(`there are ${MOST} heartbeats already, which is the most`);
    }
    const { url_file: _, ...rest } = text;
    if (!isThere) this.#arriving.add(text.name);
    try {
      await documents.put(HEARTBEAT, text.name, { ...rest, url } satisfies Kept);
    } finally {
      if (!isThere) this.#arriving.delete(text.name);
    }
    this.#heartbeats.use(this.#all());
  }

  /** @throws HeartbeatConflict, StorageError */
  async remove(name: string): Promise<void> {
    if (this.#inFile.some((one) => one.name === name)) throw inTheFile(name);
    await this.#options.engine.documents.remove(HEARTBEAT, name);
    this.#heartbeats.use(this.#all());
  }

  stop(): void {
    this.#heartbeats.stop();
  }

  /** Where one of the file and one made over the API have a name in common, the file's counts. */
  #all(): readonly Heartbeat[] {
    const names = new Set(this.#inFile.map(({ name }) => name));
    const made = this.#options.engine.documents.list(HEARTBEAT).flatMap(({ key, content }) => {
      if (names.has(key)) return [];
      try {
        const { url, ...rest } = content as Kept;
        return [heartbeatOf({ ...HEARTBEAT_DEFAULTS, ...rest, url: url === "" ? undefined : new Secret(url) })];
      } catch (error) {
        this.#options.log.error("A heartbeat cannot be read", { heartbeat: key, err: (error as Error).message });
        return [];
      }
    });
    return [...this.#inFile, ...made];
  }
}

function inTheFile(name: string): HeartbeatConflict {
  return new HeartbeatConflict(
    `the heartbeat ${JSON.stringify(name)} is in the file of --plus.config.file: change it there`,
  );
}

function hasUser(url: string): boolean {
  return /^[a-z]+:\/\/[^/?#]*@/i.test(url);
}
