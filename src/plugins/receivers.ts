import type { PluginReceiver } from "../config/plus/plugins.ts";
import type { PublisherRegistry, PublisherTarget } from "../core/interfaces/publishing.ts";
import { PLUGIN_TYPE } from "./publisher.ts";
import type { Plugins } from "./index.ts";

/**
 * The receivers of a configuration with the plugins that send for some of them, after their own integrations. The plugins
 * stay whose they are: closing the receivers does not close them.
 *
 * @param receivers `publishing.plugins`; only names of plugins that are there
 */
export function withPlugins(
  publishers: PublisherRegistry,
  receivers: ReadonlyMap<string, PluginReceiver>,
  plugins: Pick<Plugins, "publisher">,
): PublisherRegistry {
  const byReceiver = new Map<string, PublisherTarget>();
  for (const [receiver, { plugin, send_resolved }] of receivers) {
    const publisher = plugins.publisher(plugin);
    byReceiver.set(receiver, { receiver, type: PLUGIN_TYPE, index: 0, sendResolved: send_resolved, publisher });
  }
  return {
    targets(receiver) {
      const own = publishers.targets(receiver);
      const target = byReceiver.get(receiver);
      return target === undefined ? own : [...own, target];
    },
    close: () => publishers.close(),
  };
}
