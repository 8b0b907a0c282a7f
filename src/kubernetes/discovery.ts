import type { KubernetesSettings } from "../config/plus/kubernetes.ts";
import type { PublisherRegistry } from "../core/interfaces/publishing.ts";
import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { clusterOf } from "./cluster.ts";
import { createKubernetesMetrics, type KubernetesMetrics } from "./metrics.ts";
import { Secrets } from "./secrets.ts";
import { SecretTargets, type TargetDeps } from "./targets.ts";

export interface DiscoveryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly add: Parameters<typeof createKubernetesMetrics>[0];
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** ms the Secrets are waited for at first: a server that is started again may owe one of its targets a resolved notification. */
const PATIENCE = 2000;

/** What one configuration makes of the targets in Secrets, before it is in force. */
export class Discovered {
  #targets: SecretTargets | undefined;

  /**
   * @param secrets undefined where none are looked for
   * @param key equal for settings that look for the same
   */
  constructor(
    readonly secrets: Secrets | undefined,
    readonly key: string,
  ) {}

  /** The receivers of the configuration with the targets, after their own integrations. Closing them closes the targets. */
  extend(publishers: PublisherRegistry, deps: TargetDeps): PublisherRegistry {
    if (this.secrets === undefined) return publishers;
    const targets = new SecretTargets(this.secrets, deps);
    this.#targets = targets;
    return {
      targets: (receiver) => [...publishers.targets(receiver), ...targets.targets(receiver)],
      close() {
        publishers.close();
        targets.close();
      },
    };
  }

  expose(metrics: KubernetesMetrics): void {
    if (this.#targets === undefined) metrics.targets.read = () => [];
    else this.#targets.expose(metrics);
  }

  discard(): void {
    this.#targets?.close();
  }
}

/** Publishing targets in Kubernetes Secrets, over all configurations: what is known stays as long as the settings do. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #metrics: KubernetesMetrics;
  #inForce = new Discovered(undefined, "");

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#metrics = createKubernetesMetrics(options.add);
  }

  /**
   * Starts to look for what the settings want, if that is not done yet, and waits a moment for it.
   *
   * @throws Error naming what is not known outside of a cluster
   */
  async prepare(settings: KubernetesSettings): Promise<Discovered> {
    if (!settings.targets.enabled) return new Discovered(undefined, "");
    const { environment, ...options } = this.#options;
    const cluster = clusterOf(settings, environment);
    const key = JSON.stringify(cluster);
    if (this.#inForce.key === key) return new Discovered(this.#inForce.secrets, key);
    const secrets = new Secrets({ ...options, cluster, metrics: this.#metrics });
    await secrets.heard(PATIENCE);
    return new Discovered(secrets, key);
  }

  /** Goes over to what was prepared. */
  use(prepared: Discovered): void {
    if (this.#inForce.secrets !== prepared.secrets) this.#inForce.secrets?.close();
    this.#inForce = prepared;
    prepared.expose(this.#metrics);
  }

  /** Lets go of what was prepared and is not to be used. */
  discard(prepared: Discovered): void {
    prepared.discard();
    if (this.#inForce.secrets !== prepared.secrets) prepared.secrets?.close();
  }

  close(): void {
    this.#inForce.secrets?.close();
  }
}
