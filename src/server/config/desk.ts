import { readFileSync } from "node:fs";
import type { Metrics } from "../../metrics/index.ts";
import { Counter, Vec } from "../../metrics/instruments.ts";
import { Problem } from "../../api/plus/problem.ts";
import { configChanges, type ConfigChanges } from "../../config/compare/changes.ts";
import { faultOf, type Fault } from "../../config/fault.ts";
import type { LoadedConfig } from "../../config/index.ts";
import { shownPlusConfig } from "../../config/plus/shown.ts";
import { isResolved, type Alert } from "../../core/model/alert.ts";
import { buildRoutes } from "../../core/routing/route.ts";
import { effectOf, type Effect } from "../../core/routing/effect.ts";
import { unifiedDiff } from "../../core/text/unified-diff.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { Engine } from "../../dispatch/engine.ts";
import type { Configuration } from "../configuration.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Revision } from "./revisions.ts";
import { Applying } from "./applying.ts";
import { previewTemplate, type Preview, type PreviewRequest } from "./preview.ts";
import { inSlices, TooMuchWork } from "./slices.ts";
import { tellsOf } from "./tells.ts";
import { testReceiver, type TestRequest, type TestResult } from "./test-send.ts";
import type { Pending } from "./unconfirmed.ts";

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

/** ms of work; several hundred routes and a hundred thousand alerts take a tenth of it. */
const MOST_COMPARING = 10_000;

/** Shows, checks and compares configurations, and tries out what they are made of. */
export class ConfigDesk {
  readonly #options: ConfigDeskOptions;
  readonly #tests: Vec<Counter>;
  /** Puts another one in force. */
  readonly applying: Applying;

  constructor(options: ConfigDeskOptions) {
    this.#options = options;
    this.applying = new Applying({ ...options, check: (source) => this.#read(source, true) });
    this.#tests = options.metrics.add(
      "alertmanager_plus_test_notifications_total",
      "The total number of test notifications by how they went; other counters do not count them.",
      "counter",
      ["outcome"],
      new Vec(["outcome"], () => new Counter()),
    );
  }

  get(): ShownConfig {
    const { configuration, plusFile } = this.#options;
    const { loaded, loadedAt, plus } = configuration.inForce;
    return {
      original: loaded.original,
      hash: String(loaded.hash),
      loadedAt,
      plusOriginal: () => shownFile(plusFile),
      revisions: this.applying.revisionCount,
      applyEnabled: plus.config.apply,
      pending: this.applying.pending,
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

  /** @throws Problem where it is not there */
  revision(number: number): Revision & { readonly shown: string } {
    const revision = this.applying.revision(number);
    const read = this.validate(revision.text, undefined, false);
    return { ...revision, shown: read.valid ? read.loaded.original : "" };
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

  #read(source: string, withFiles: boolean): LoadedConfig {
    const read = this.validate(source, undefined, withFiles);
    if (read.valid) return read.loaded;
    throw faulty(read.fault);
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
