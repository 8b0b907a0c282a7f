import type { Clock } from "../dispatch/clock.ts";
import type { Logger } from "../core/interfaces/logging.ts";
import { createSecretsApi } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import type { KubernetesMetrics } from "./metrics.ts";
import type { TargetSecret } from "./secret.ts";
import { watchNamespace, type NamespaceListener } from "./watch.ts";

/** Most Secrets that are kept. */
const MAX_SECRETS = 500;

export interface SecretsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: KubernetesMetrics;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The Secrets with targets as the cluster has them, kept up with from the start until `close`; what is known outlives the API. */
export class Secrets {
  readonly #options: SecretsOptions;
  readonly #known = new Map<string, TargetSecret>();
  /** Names of those beyond the bound. */
  readonly #ignored = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  /** Namespaces that have been listed, or failed to be, once. */
  readonly #heard = new Set<string>();
  readonly #away = new Set<string>();
  #onHeard: (() => void) | undefined;

  constructor(options: SecretsOptions) {
    this.#options = options;
    const { cluster, clock, random } = options;
    const api = createSecretsApi(cluster, clock);
    const watches = cluster.namespaces.map((namespace) =>
      watchNamespace({ api, namespace, clock, random, on: this.#listener(namespace) }, this.#stopping.signal),
    );
    void Promise.all(watches).then(() => api.close());
  }

  /** In the order of their names. */
  all(): readonly TargetSecret[] {
    return [...this.#known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get ignored(): number {
    return this.#ignored.size;
  }

  /** Resolves once all namespaces have been listed, or could not be, after `ms` at the latest. */
  async heard(ms: number): Promise<void> {
    if (this.#isHeard()) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.schedule(ms, resolve);
      this.#onHeard = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Calls after each change. Returns how to end that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stopping.abort();
  }

  #isHeard(): boolean {
    return this.#heard.size === this.#options.cluster.namespaces.length;
  }

  #hear(namespace: string): void {
    this.#heard.add(namespace);
    if (this.#isHeard()) this.#onHeard?.();
  }

  #listener(namespace: string): NamespaceListener {
    const { log, metrics } = this.#options;
    return {
      listed: (secrets) => {
        const ids = new Set(secrets.map(({ id }) => id));
        for (const { id, namespace: its } of this.#known.values()) {
          if (its === namespace && !ids.has(id)) this.#known.delete(id);
        }
        for (const id of this.#ignored) if (id.startsWith(`${namespace}/`)) this.#ignored.delete(id);
        for (const secret of secrets) this.#put(secret);
        this.#changed();
        this.#hear(namespace);
      },
      changed: ({ type, secret }) => {
        if (type === "put") this.#put(secret);
        else {
          this.#known.delete(secret.id);
          this.#ignored.delete(secret.id);
        }
        this.#changed();
      },
      watching: () => {
        if (this.#away.delete(namespace)) log.info("Kubernetes Secrets are watched again", { namespace });
      },
      failed: (error) => {
        metrics.watchErrors.inc();
        const isFirst = !this.#away.has(namespace);
        this.#away.add(namespace);
        const text = "Kubernetes Secrets cannot be watched; the targets that are known stay";
        log[isFirst ? "warn" : "debug"](text, { namespace, err: error });
        this.#hear(namespace);
      },
    };
  }

  #put(secret: TargetSecret): void {
    if (this.#known.has(secret.id) || this.#known.size < MAX_SECRETS) {
      this.#known.set(secret.id, secret);
      this.#ignored.delete(secret.id);
      return;
    }
    if (this.#ignored.size === 0) {
      const message = "There are too many Secrets with targets; those beyond the bound are ignored";
      this.#options.log.warn(message, { most: MAX_SECRETS, secret: secret.id });
    }
    this.#ignored.add(secret.id);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
