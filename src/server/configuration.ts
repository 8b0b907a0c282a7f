import { dirname } from "node:path";

import type { Metrics } from "../metrics/index.ts";
import type { Access, PreparedAccess } from "../api/access/access.ts";
import type { LoadedConfig } from "../config/index.ts";
import { parsePlusConfig, readPlusConfig, type PlusConfig } from "../config/plus.ts";
import type { PublisherRegistry } from "../core/interfaces/publishing.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { buildRoutes, walkRoutes } from "../core/routing/route.ts";
import { unifiedDiff } from "../core/text/unified-diff.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { EventRecorder } from "../event-recorder/recorder.ts";
import type { Engine, EngineConfig } from "../dispatch/engine.ts";
import type { ReceiverDeps } from "../notify/deps.ts";
import { buildReceivers } from "../notify/registry.ts";
import { Discovery, type Discovered } from "../kubernetes/index.ts";
import { createPluginMetrics, createPlugins, withPlugins, type Plugins } from "../plugins/index.ts";
import { renderRouteLabels } from "../template/index.ts";
import type { Classification, PreparedClassification } from "./classification.ts";
import { warnOfRepeats, warnOfUnused } from "./configuration-warnings.ts";
import { engineSettings } from "./engine-config.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { publishingSettings } from "./publishing-settings.ts";
import {
  checkConfiguration,
  loadOptions,
  readConfiguration,
  readTemplates,
  type Grammar,
} from "./read-configuration.ts";

export interface ConfigurationOptions {
  /** Path of alertmanager.yml. */
  readonly file: string;
  /** Path of our own settings, "" for none. */
  readonly plusFile: string;
  readonly grammar: Grammar;
  readonly engine: Engine;
  readonly classification: Classification;
  readonly access: Access;
  readonly externalUrl: string;
  /** `--data.retention`, ms. */
  readonly retention: number;
  /** Undefined unless it is enabled by its feature flag. */
  readonly eventRecorder: EventRecorder | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told of our own settings when a configuration is in force with them. */
  readonly onApplied: (plus: PlusConfig) => void;
}

/** The configuration the server runs by. */
export interface InForce {
  readonly loaded: LoadedConfig;
  readonly plus: PlusConfig;
  readonly publishers: PublisherRegistry;
  /** What its receivers are built with, its templates among it. */
  readonly deps: ReceiverDeps;
  /** ms */
  readonly loadedAt: number;
}

/**
 * The configuration in force and the way to another one. A change is taken whole or not at all: everything that can fail is
 * done before the engine hears of it.
 */
export class Configuration {
  readonly #options: ConfigurationOptions;
  readonly #pluginMetrics: ReturnType<typeof createPluginMetrics>;
  readonly #discovery: Discovery;
  /** Those of the configuration in force. */
  #plugins: Plugins | undefined;
  /** Undefined before the first. */
  #inForce: InForce | undefined;
  /** Changes follow one another. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#pluginMetrics = createPluginMetrics(options.metrics.add);
    const { clock, log, metrics } = options;
    this.#discovery = new Discovery({
      clock,
      log,
      add: metrics.add,
      random: Math.random,
      environment: process.env,
    });
  }

  /** The configuration in force. @throws Error before the first one is */
  get inForce(): InForce {
    if (this.#inForce === undefined) throw new Error("no configuration is loaded yet");
    return this.#inForce;
  }

  /**
   * Reads and checks a configuration without putting it in force.
   *
   * @param plus our own settings with it; those of the file unless given
   * @param withFiles whether to look at the files it names, as putting it in force would
   * @throws Error with upstream's words, as a reload would
   */
  check(source: string, plus: string | undefined, withFiles: boolean): LoadedConfig {
    const { file, plusFile, grammar, externalUrl, log, metrics } = this.#options;
    const loaded = checkConfiguration(Buffer.from(source), file, grammar);
    const { config } = loaded;
    const settings =
      plus === undefined
        ? readPlusConfig(plusFile, process.env)
        : parsePlusConfig(plus, process.env, dirname(plusFile === "" ? file : plusFile));
    publishingSettings(config, settings, plusFile);
    if (!withFiles) return loaded;
    this.#prepareAccess(settings);
    const templates = readTemplates(config.templates);
    const used = new Set([...walkRoutes(buildRoutes(config.route))].map((route) => route.receiver));
    const deps = { templates, externalUrl, log, dialer: metrics.dialer, environment: process.env };
    buildReceivers(config, used, deps).close();
    return loaded;
  }

  /** Ends the plugins of the configuration in force, and the search for targets. */
  async close(): Promise<void> {
    this.#discovery.close();
    await this.#plugins?.close();
  }

  /** Puts a configuration in force. @throws Error with upstream's words; nothing has changed then */
  async apply(loaded: LoadedConfig): Promise<void> {
    const { engine, classification, access, metrics, clock, file, log } = this.#options;
    let permissions: PreparedAccess;
    let plugins: Plugins | undefined;
    let prepared: PreparedClassification | undefined;
    let discovered: Discovered | undefined;
    let inForce: InForce;
    try {
      const plus = readPlusConfig(this.#options.plusFile, process.env);
      permissions = this.#prepareAccess(plus);
      plugins = this.#startPlugins(plus);
      prepared = await classification.prepare(plus, plugins.classifiers);
      discovered = await this.#discovery.prepare(plus.kubernetes);
      const { deps, ...built } = this.#build(loaded, plus, plugins, discovered);
      await engine.apply({ ...built, ...prepared.engine });
      inForce = { loaded, plus, deps, publishers: built.publishers, loadedAt: clock.now() };
    } catch (e) {
      if (discovered !== undefined) this.#discovery.discard(discovered);
      if (prepared !== undefined) classification.discard(prepared);
      await plugins?.close();
      metrics.config.lastReloadSuccessful.set(0);
      log.error("one or more config change subscribers failed to apply new config", { file, err: e });
      this.#tell("failed", loaded, (e as Error).message);
      throw e;
    }
    access.use(permissions);
    classification.use(prepared);
    this.#discovery.use(discovered);
    plugins.expose();
    await this.#plugins?.close();
    this.#plugins = plugins;
    metrics.config.lastReloadSuccessful.set(1);
    metrics.config.lastReloadSuccessTimestamp.set(clock.now() / 1000);
    metrics.config.hash.set(loaded.hash);
    this.#tell("succeeded", loaded);
    this.#inForce = inForce;
    this.#options.onApplied(inForce.plus);
    await this.#options.eventRecorder?.configure(loaded.config.event_recorder);
  }

  /** Reads the file again and puts it in force. @throws Error with upstream's words; nothing has changed then */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload());
  }

  /**
   * Has the file changed and puts it in force; what was changed is undone if that fails, and then nothing has changed.
   *
   * @param change changes the file, when its turn has come, and gives what undoes it
   * @throws Error of `change`, or with upstream's words
   */
  replace(change: () => () => void): Promise<void> {
    return this.#inTurn(async () => {
      const undo = change();
      const { lastReloadSuccessful } = this.#options.metrics.config;
      const was = lastReloadSuccessful.value;
      try {
        await this.#reload();
      } catch (error) {
        undo();
        // The file is again the one that is in force.
        lastReloadSuccessful.set(was);
        throw error;
      }
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #reload(): Promise<void> {
    const { file, grammar, log, metrics } = this.#options;
    log.info("Loading configuration file", { file });
    let loaded: LoadedConfig;
    try {
      loaded = readConfiguration(file, grammar);
    } catch (e) {
      metrics.config.lastReloadSuccessful.set(0);
      log.error("Loading configuration file failed", { file, err: (e as Error).message });
      this.#tell("failed", undefined, (e as Error).message);
      throw e;
    }
    log.info("Completed loading of configuration file", { file });
    await this.apply(loaded);
  }

  /** @param wanted undefined for a file that cannot be read */
  #tell(change: "succeeded" | "failed", wanted: LoadedConfig | undefined, error?: string): void {
    const { engine, clock } = this.#options;
    const { observers } = engine;
    if (!observers.any) return;
    const before = this.#inForce?.loaded;
    const inForce = change === "succeeded" ? wanted : before;
    observers.happened({
      kind: "reload",
      change,
      at: clock.now(),
      origin: "here",
      hash: inForce === undefined ? "" : String(inForce.hash),
      before: before === undefined ? undefined : String(before.hash),
      diff: before === undefined || wanted === undefined ? "" : unifiedDiff(before.original, wanted.original),
      error,
    });
  }

  /** @throws Error naming the file and the token that cannot be used */
  #prepareAccess(plus: PlusConfig): PreparedAccess {
    try {
      return this.#options.access.prepare(plus.access);
    } catch (e) {
      throw new Error(`${this.#options.plusFile}: ${(e as Error).message}`, { cause: e });
    }
  }

  #startPlugins({ plugins }: PlusConfig): Plugins {
    const { clock, externalUrl, log } = this.#options;
    return createPlugins({ plugins, externalUrl, clock, log, metrics: this.#pluginMetrics, random: Math.random });
  }

  #build(
    loaded: LoadedConfig,
    plus: PlusConfig,
    plugins: Plugins,
    discovered: Discovered,
  ): EngineConfig & Pick<InForce, "deps"> {
    const { externalUrl, log, metrics, grammar, classification, plusFile, retention } = this.#options;
    const { config } = loaded;
    const templates = readTemplates(config.templates);
    const root = buildRoutes(config.route);
    const used = new Set([...walkRoutes(root)].map((route) => route.receiver));
    for (const { name } of config.receivers) {
      if (!used.has(name)) {
        log.info("skipping creation of receiver not referenced by any route", { receiver: name });
      }
    }
    const publishing = publishingSettings(config, plus, plusFile);
    if (publishing.fallback !== undefined) used.add(publishing.fallback);
    for (const { receiver } of plus.classification.routes) used.add(receiver);
    const deps = { templates, externalUrl, log, dialer: metrics.dialer, environment: process.env };
    const configured = withPlugins(buildReceivers(config, used, deps), plus.publishing.plugins, plugins);
    const publishers = discovered.extend(configured, {
      ...deps,
      grammar: loadOptions(grammar),
      receivers: new Set(config.receivers.map(({ name }) => name)),
      classify: (alert) => classification.verdict(alert),
    });
    metrics.resetIntegrations();
    let integrations = 0;
    for (const name of used) {
      for (const target of configured.targets(name)) {
        integrations++;
        metrics.integration(target.type, name);
      }
    }
    metrics.receivers.set(used.size);
    metrics.integrations.set(integrations);
    warnOfRepeats(root, retention, log);
    warnOfUnused(config, log);
    return {
      ...engineSettings(loaded),
      deps,
      publishers,
      ...publishing,
      renderRouteLabels: (group, alerts) =>
        renderRouteLabels(
          templates,
          {
            receiver: group.route.receiver,
            alerts,
            groupLabels: group.labels,
            routeLabels: labelSetFromObject(group.route.labels),
            reason: "unknown",
            externalURL: externalUrl,
          },
          (failure) => log.error("failed to render route label", { ...failure, aggrGroup: group.key }),
        ),
      original: () => loaded.original,
    };
  }
}
