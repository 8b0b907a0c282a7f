import type { Metrics } from "../metrics/index.ts";
import type { Cluster } from "../cluster/index.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Options } from "./options.ts";

/** Whether the flags ask for a cluster. */
export function wantsCluster(options: Options): boolean {
  return options.clusterBindAddr !== "";
}

/**
 * Listens for other replicas; undefined where the flags ask for no cluster, or `alone` is true. What the flags say is
 * checked all the same.
 *
 * @throws Error in upstream's words
 */
export async function openCluster(
  options: Options,
  alone: boolean,
  parts: { readonly clock: Clock; readonly log: Logger; readonly metrics: Metrics },
): Promise<Cluster | undefined> {
  if (!wantsCluster(options) && options.clusterTlsConfigFile === "") return undefined;
  const { createCluster, readTLSTransportConfig } = await import("../cluster/index.ts");
  const tls = await during("unable to initialize TLS transport configuration for gossip mesh", () =>
    options.clusterTlsConfigFile === "" ? undefined : readTLSTransportConfig(options.clusterTlsConfigFile),
  );
  if (alone || !wantsCluster(options)) return undefined;
  return during("unable to initialize gossip mesh", () => createCluster({ flags: options, tls, ...parts }));
}

async function during<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (e) {
    throw new Error(`${what}: ${(e as Error).message}`, { cause: e });
  }
}
