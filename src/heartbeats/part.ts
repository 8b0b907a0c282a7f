import type { Heartbeat } from "../config/plus/heartbeats.ts";
import type { Cancel } from "../dispatch/clock.ts";
import type { Engine } from "../dispatch/engine.ts";
import type { HeartbeatDesk } from "./desk.ts";
import type { HeartbeatsOptions } from "./heartbeats.ts";

export type HeartbeatPartOptions = Omit<HeartbeatsOptions, "caller" | "engine"> & { readonly engine: Engine };

/** What kind of document a heartbeat is that was made over the API. */
export const HEARTBEAT = "heartbeat";

/** The server's heartbeats: what they take is imported when there is the first one. */
export class HeartbeatPart {
  readonly #listeningSince: number;
  readonly #stopWatching: Cancel;
  #inFile: readonly Heartbeat[] = [];
  #desk: Promise<HeartbeatDesk> | undefined;

  constructor(readonly options: HeartbeatPartOptions) {
    const { engine, clock } = options;
    this.#listeningSince = clock.now();
    this.#stopWatching = engine.documents.watch(HEARTBEAT, () => this.#changed());
  }

  /** Those of the file, as of now. */
  use(inFile: readonly Heartbeat[]): void {
    this.#inFile = inFile;
    if (this.#desk !== undefined || inFile.length > 0 || this.options.engine.documents.list(HEARTBEAT).length > 0) {
      this.#changed();
    }
  }

  desk(): Promise<HeartbeatDesk> {
    this.#desk ??= this.#open();
    return this.#desk;
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    (await this.#desk)?.stop();
  }

  #changed(): void {
    this.desk().then(
      (desk) => desk.use(this.#inFile),
      (error: Error) => this.options.log.error("Heartbeats cannot be watched", { err: error.message }),
    );
  }

  async #open(): Promise<HeartbeatDesk> {
    const [{ HeartbeatDesk: Desk }, { createCaller }] = await Promise.all([import("./desk.ts"), import("./call.ts")]);
    const desk = new Desk({ ...this.options, caller: createCaller(process.env) }, this.#listeningSince);
    desk.use(this.#inFile);
    return desk;
  }
}
