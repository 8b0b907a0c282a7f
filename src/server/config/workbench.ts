import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ConfigDesk, ConfigDeskOptions } from "./desk.ts";
import { UNCONFIRMED } from "./unconfirmed.ts";

/** What works with the configuration beside running by it. Imported when first used. */
export class Workbench {
  #desk: Promise<ConfigDesk> | undefined;

  constructor(readonly options: ConfigDeskOptions) {}

  /** Goes on waiting for a configuration to be confirmed, if the program ended meanwhile. */
  start(): void {
    if (existsSync(join(this.options.dataDir, UNCONFIRMED))) void this.desk();
  }

  desk(): Promise<ConfigDesk> {
    this.#desk ??= import("./desk.ts").then(({ ConfigDesk: Desk }) => {
      const desk = new Desk(this.options);
      desk.applying.start();
      return desk;
    });
    return this.#desk;
  }

  async stop(): Promise<void> {
    (await this.#desk)?.applying.stop();
  }
}
