import type { PluginSettings } from "../config/plus/plugins.ts";
import type { AlertClassifier } from "../core/interfaces/classification.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { pluginClassifier } from "./classifier.ts";
import { Plugin, type PluginDeps } from "./plugin.ts";
import { createLaunch, type Launch } from "./process.ts";
import { pluginPublisher } from "./publisher.ts";

export { createPluginMetrics } from "./metrics.ts";
export { withPlugins } from "./receivers.ts";

export interface PluginsOptions extends Omit<PluginDeps, "launch"> {
  readonly plugins: readonly PluginSettings[];
  /** Alertmanager's own address, for publishers. */
  readonly externalUrl: string;
  /** How processes are started, if not by this very program. */
  readonly launch?: Launch;
}

/** The plugins of one loaded configuration. */
export interface Plugins {
  /** One of each plugin, in their order: which of them have a classifier shows when they are loaded. */
  readonly classifiers: readonly AlertClassifier[];
  /** The publisher of a plugin. @throws Error where there is no plugin of that name */
  publisher(plugin: string): AlertPublisher;
  /** Has the metric show whether these run, and no others: to be called once their configuration is in force. */
  expose(): void;
  /** Ends all processes; resolves when they are gone. */
  close(): Promise<void>;
}

/**
 * Starts the plugins, each in a process of its own, and waits for none: one that cannot be loaded is reported and tried again,
 * and holds up nothing.
 */
export function createPlugins({ plugins: settings, externalUrl, launch, ...deps }: PluginsOptions): Plugins {
  const plugins = settings.map((plugin) => new Plugin(plugin, { ...deps, launch: launch ?? createLaunch() }));
  for (const plugin of plugins) plugin.start();
  return {
    classifiers: plugins.map(pluginClassifier),
    publisher(name) {
      const plugin = plugins.find((one) => one.name === name);
      if (plugin === undefined) throw new Error(`there is no plugin ${JSON.stringify(name)}`);
      return pluginPublisher(plugin, externalUrl);
    },
    expose() {
      deps.metrics.up.read = () => plugins.map((plugin) => [[plugin.name], plugin.up ? 1 : 0]);
    },
    close: async () => {
      await Promise.all(plugins.map((plugin) => plugin.close()));
    },
  };
}
