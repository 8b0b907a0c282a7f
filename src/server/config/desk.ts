import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metrics } from "../../metrics/index.ts";
import { Counter, Vec } from "../../metrics/instruments.ts";
import { Problem } from "../../api/plus/problem.ts";
import { configChanges, type ConfigChanges } from "../../config/compare/changes.ts";
import { faultOf, type Fault } from "../../config/fault.ts";
import { configHash } from "../../config/hash.ts";
import type { LoadedConfig } from "../../config/index.ts";
import { shownPlusConfig } from "../../config/plus/shown.ts";
import type { Actor } from "../../core/interfaces/observing.ts";
import { isResolved, type Alert } from "../../core/model/alert.ts";
import { buildRoutes } from "../../core/routing/route.ts";
import { effectOf, type Effect } from "../../core/routing/effect.ts";
import { unifiedDiff } from "../../core/text/unified-diff.ts";
import type { Cancel, Clock } from "../../dispatch/clock.ts";
import type { Engine } from "../../dispatch/engine.ts";
import type { Configuration } from "../configuration.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { Revisions, type Revision } from "./revisions.ts";
import { previewTemplate, type Preview, type PreviewRequest } from "./preview.ts";
import { inSlices, TooMuchWork } from "./slices.ts";
import { tellsOf } from "./tells.ts";
import { testReceiver, type TestRequest, type TestResult } from "./test-send.ts";
import { PendingFile, REVISIONS, type Pending } from "./unconfirmed.ts";
import { NotWritable, replaceFile } from "./whole-file.ts";

export interface ConfigDeskOptions {
  readonly configuration: Configuration;
  readonly engine: Pick<Engine, "alerts" | "observers">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "add">;
  /** Path of alertmanager.yml. */
  readonly file: string;
  /** Of our own settings; "" for none. */
  readonly plusFile: string;
  readonly dataDir: string;
}

/** The configuration in force as it may be shown. */
export interface ShownConfig {
  readonly original: string;
  readonly hash: string;
  /** ms */
  readonly loadedAt: number;
  /** Our own settings, whatever may be a secret hidden; undefined without a file that can be read. */
  readonly plusOriginal: () => string | undefined;
  readonly revisions: number;
  readonly applyEnabled: boolean;
  readonly pending: Pending | undefined;
}

export type Validation =
  { readonly valid: true; readonly loaded: LoadedConfig } | { readonly valid: false; readonly fault: Fault };

export interface ConfigDifference {
  readonly diff: string;
  readonly changes: ConfigChanges;
  readonly effect: Effect;
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
/** ms of work; several hundred routes and a hundred thousand alerts take a tenth of it. */
const MOST_COMPARING = 10_000;
/** Whoever takes back what was not confirmed. */
const NOBODY: Actor = { name: "alertmanager", via: "timer" };

/** Shows, checks, compares and changes the configuration. */
export class ConfigDesk {
  readonly #options: ConfigDeskOptions;
  readonly #revisions: Revisions;
  readonly #pendingFile: PendingFile;
  readonly #tests: Vec<Counter>;
  #timer: Cancel | undefined;

  constructor(options: ConfigDeskOptions) {
    this.#options = options;
    this.#revisions = new Revisions(join(options.dataDir, REVISIONS));
    this.#pendingFile = new PendingFile(options.dataDir);
    this.#tests = options.metrics.add(
      "alertmanager_plus_test_notifications_total",
      "The total number of test notifications by how they went; other counters do not count them.",
      "counter",
      ["outcome"],
      new Vec(["outcome"], () => new Counter()),
    );
  }

  /** Goes on waiting for what was to be confirmed before this program ended. */
  start(): void {
    const pending = this.#pendingFile.read();
    if (pending !== undefined) this.#await(pending);
  }

  stop(): void {
    this.#timer?.();
  }

  get(): ShownConfig {
    const { configuration, plusFile } = this.#options;
    const { loaded, loadedAt, plus } = configuration.inForce;
    return {
      original: loaded.original,
      hash: String(loaded.hash),
      loadedAt,
      plusOriginal: () => shownFile(plusFile),
      revisions: this.#revisions.count,
      applyEnabled: plus.config.apply,
      pending: this.#pendingFile.read(),
    };
  }

  /** @param withFiles whether to look at the files it names, too */
  validate(source: string, plus: string | undefined, withFiles: boolean): Validation {
    try {
      return { valid: true, loaded: this.#options.configuration.check(source, plus, withFiles) };
    } catch (error) {
      return { valid: false, fault: faultOf((error as Error).message, source) };
    }
  }

  /** What another configuration would change. @throws Problem where it is refused */
  async diff(source: string, withFiles: boolean): Promise<ConfigDifference> {
    const { configuration, engine, clock } = this.#options;
    const { loaded: before } = configuration.inForce;
    const after = this.#read(source, withFiles);
    const now = clock.now();
    const firing = engine.alerts().filter((alert: Alert) => !isResolved(alert, now));
    const [from, to] = [before.config, after.config].map((config) => ({
      root: buildRoutes(config.route),
      tells: tellsOf(config, configuration.inForce),
    })) as [Parameters<typeof effectOf>[0], Parameters<typeof effectOf>[1]];
    const effect = await inSlices(effectOf(from, to, firing), MOST_COMPARING).catch((error: Error) => {
      if (!(error instanceof TooMuchWork)) throw error;
      const most = MOST_COMPARING / 1000;
      throw new Problem(503, `config: comparing where ${firing.length} alerts go takes more than ${most} s of work`);
    });
    return {
      diff: unifiedDiff(before.original, after.original),
      changes: configChanges(before.config, after.config),
      effect,
    };
  }

  revisions(): readonly Revision[] {
    return this.#revisions.list();
  }

  /** @throws Problem where it is not there */
  revision(number: number): Revision & { readonly shown: string } {
    const revision = this.#revisions.get(number);
    if (revision === undefined) throw new Problem(404, `there is no revision ${number} of the configuration`);
    const read = this.validate(revision.text, undefined, false);
    return { ...revision, shown: read.valid ? read.loaded.original : "" };
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

  /** @throws Problem for what is not there */
  preview(request: PreviewRequest): Preview {
    const { configuration, engine, clock } = this.#options;
    return previewTemplate(configuration.inForce, engine.alerts(), request, clock.now());
  }

  /** Sends a test notification. @throws Problem where there is nobody to be told */
  async test(request: TestRequest): Promise<readonly TestResult[]> {
    const { configuration, clock } = this.#options;
    const results = await testReceiver(configuration.inForce, request, clock);
    for (const { outcome } of results) this.#tests.with(outcome).inc();
    return results;
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
    this.#read(source, true);
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

  #read(source: string, withFiles: boolean): LoadedConfig {
    const read = this.validate(source, undefined, withFiles);
    if (read.valid) return read.loaded;
    throw faulty(read.fault);
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

function shownFile(plusFile: string): string | undefined {
  if (plusFile === "") return undefined;
  try {
    return shownPlusConfig(readFileSync(plusFile, "utf8"));
  } catch {
    // It is in force as it was when it was loaded.
    return undefined;
  }
}

function faulty({ message, key }: Fault): Problem {
  return new Problem(400, `config: ${message}`, [{ path: key === null ? "config" : `config.${key}`, message }]);
}
