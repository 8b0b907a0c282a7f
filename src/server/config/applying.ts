import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../api/plus/problem.ts";
import { faultOf } from "../../config/fault.ts";
import { configHash } from "../../config/hash.ts";
import type { Actor } from "../../core/interfaces/observing.ts";
import type { Cancel, Clock } from "../../dispatch/clock.ts";
import type { Engine } from "../../dispatch/engine.ts";
import type { Configuration } from "../configuration.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { Revisions, type Revision } from "./revisions.ts";
import { PendingFile, REVISIONS, type Pending } from "./unconfirmed.ts";
import { NotWritable, replaceFile } from "./whole-file.ts";

export interface ApplyingOptions {
  readonly configuration: Configuration;
  readonly engine: Pick<Engine, "observers">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Path of alertmanager.yml. */
  readonly file: string;
  readonly dataDir: string;
  /** Reads one as putting it in force would. @throws Problem where it is refused */
  readonly check: (source: string) => void;
}

export interface Change {
  readonly comment: string;
  /** Of the configuration it is to take the place of; undefined: of whatever there is. */
  readonly ifHash: string | undefined;
  /** ms; taken back after that, unless confirmed. */
  readonly confirm: number | undefined;
}

const OFF =
  "changing the configuration over HTTP is off; config: {apply: true} in the file of --plus.config.file turns it on, at the next reload";
/** Whoever takes back what was not confirmed. */
const NOBODY: Actor = { name: "alertmanager", via: "timer" };

/** Puts configurations in force, keeps those that were, and takes back what nobody confirms. */
export class Applying {
  readonly #options: ApplyingOptions;
  readonly #revisions: Revisions;
  readonly #pendingFile: PendingFile;
  #timer: Cancel | undefined;

  constructor(options: ApplyingOptions) {
    this.#options = options;
    this.#revisions = new Revisions(join(options.dataDir, REVISIONS));
    this.#pendingFile = new PendingFile(options.dataDir);
  }

  /** Goes on waiting for what was to be confirmed before this program ended. */
  start(): void {
    const pending = this.#pendingFile.read();
    if (pending !== undefined) this.#await(pending);
  }

  stop(): void {
    this.#timer?.();
  }

  /** What waits to be confirmed. */
  get pending(): Pending | undefined {
    return this.#pendingFile.read();
  }

  revisions(): readonly Revision[] {
    return this.#revisions.list();
  }

  get revisionCount(): number {
    return this.#revisions.count;
  }

  /** @throws Problem where it is not there */
  revision(number: number): Revision {
    const revision = this.#revisions.get(number);
    if (revision === undefined) throw new Problem(404, `there is no revision ${number} of the configuration`);
    return revision;
  }

  /** Puts a configuration in force, as the file. @throws Problem; nothing has changed then */
  apply(source: string, change: Change, by: Actor): Promise<Pick<Revision, "revision" | "hash">> {
    this.#checkEnabled();
    return this.#change(source, change, by, "applied");
  }

  /** Puts an earlier one in force again. @throws Problem; nothing has changed then */
  rollBack(number: number, change: Change, by: Actor): Promise<Pick<Revision, "revision" | "hash">> {
    this.#checkEnabled();
    return this.#goBack(number, change, by);
  }

  #goBack(number: number, change: Change, by: Actor): Promise<Pick<Revision, "revision" | "hash">> {
    const { text } = this.revision(number);
    const comment = change.comment === "" ? `rollback to revision ${number}` : change.comment;
    return this.#change(text, { ...change, comment }, by, "rolled_back");
  }

  /** What was applied stays. @throws Problem where nothing waits */
  confirm(): void {
    if (this.#pendingFile.read() === undefined) throw new Problem(404, "no configuration waits to be confirmed");
    this.#timer?.();
    this.#pendingFile.write(undefined);
  }

  async #change(
    source: string,
    { comment, ifHash, confirm }: Change,
    by: Actor,
    what: "applied" | "rolled_back",
  ): Promise<Pick<Revision, "revision" | "hash">> {
    const { configuration, clock, file } = this.#options;
    this.#options.check(source);
    const hash = String(configHash(source));
    const until = confirm === undefined ? undefined : clock.now() + confirm;
    const waited = this.#pendingFile.read();
    let kept: { readonly before: number; readonly revision: number } | undefined;
    let failure: unknown;
    try {
      await configuration.replace(() => {
        const old = this.#current(ifHash);
        kept = this.#keep(old, { at: clock.now(), hash, by: by.name, comment, text: source });
        try {
          // First: a configuration that ends the program is taken back by the next one, too.
          if (until !== undefined) this.#pendingFile.write({ revision: kept.before, hash, until });
          replaceFile(file, source);
        } catch (error) {
          this.#revisions.remove(kept.revision);
          throw error;
        }
        return () => replaceFile(file, old);
      });
    } catch (error) {
      failure = error;
    }
    if (failure !== undefined || kept === undefined) {
      if (kept !== undefined) this.#revisions.remove(kept.revision);
      if (until !== undefined) this.#pendingFile.write(waited);
      throw this.#refused(failure as Error, source);
    }
    this.#timer?.();
    if (until === undefined) this.#pendingFile.write(undefined);
    else this.#await({ revision: kept.before, hash, until });
    this.#tell(what, kept.revision, { hash, comment, before: kept.before }, by);
    return { revision: kept.revision, hash };
  }

  #checkEnabled(): void {
    if (!this.#options.configuration.inForce.plus.config.apply) throw new Problem(403, OFF);
  }

  /** The file as it is, which has to be what is in force. */
  #current(ifHash: string | undefined): string {
    const { configuration, file } = this.#options;
    const running = String(configuration.inForce.loaded.hash);
    if (ifHash !== undefined && ifHash !== running) {
      throw new Problem(
        409,
        `ifHash: the configuration in force has the hash ${running}, not ${ifHash}: somebody changed it`,
      );
    }
    const old = readFileSync(file);
    if (String(configHash(old)) !== running) {
      throw new Problem(409, `${file} has been changed since it was loaded: reload it first, or put it back`);
    }
    return old.toString();
  }

  /** Keeps the new one, and the old one before it unless that is the last one kept. */
  #keep(old: string, revision: Omit<Revision, "revision">): { before: number; revision: number } {
    const { configuration } = this.#options;
    const { loaded, loadedAt } = configuration.inForce;
    const last = this.#revisions.latest();
    const hash = String(loaded.hash);
    const before =
      last?.hash === hash
        ? last.revision
        : this.#revisions.add({ at: loadedAt, hash, by: "", comment: "found in the file", text: old });
    return { before, revision: this.#revisions.add(revision) };
  }

  #await(pending: Pending): void {
    const { clock, log } = this.#options;
    this.#pendingFile.write(pending);
    this.#timer?.();
    this.#timer = clock.schedule(Math.max(0, pending.until - clock.now()), () => {
      this.#takeBack(pending).catch((error: Error) =>
        log.error("A configuration that nobody confirmed could not be taken back", { err: error.message }),
      );
    });
  }

  async #takeBack({ revision, hash, until }: Pending): Promise<void> {
    const { configuration, log } = this.#options;
    try {
      // Somebody may have loaded another one since.
      if (String(configuration.inForce.loaded.hash) !== hash) return;
      log.warn("Nobody confirmed the configuration: going back to the one before", { revision });
      const change = { comment: "nobody confirmed it", ifHash: hash, confirm: undefined };
      await this.#goBack(revision, change, NOBODY);
    } finally {
      // One that came meanwhile has its own time.
      if (this.#pendingFile.read()?.until === until) this.#pendingFile.write(undefined);
    }
  }

  #refused(error: Error, source: string): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotWritable) return new Problem(409, error.message);
    const { message } = faultOf(error.message, source);
    return new Problem(500, `the configuration could not be put in force, the one before stays: ${message}`);
  }

  #tell(change: string, revision: number, detail: Readonly<Record<string, unknown>>, by: Actor): void {
    const { engine, clock, log } = this.#options;
    log.info("Configuration changed", { change, revision, by: by.name });
    engine.observers.happened({
      at: clock.now(),
      origin: "here",
      kind: "config",
      change,
      subject: String(revision),
      actor: { name: by.name, via: by.via },
      detail,
    });
  }
}
