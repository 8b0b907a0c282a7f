import { loadConfig, type LoadOptions } from "../config/index.ts";
import type { AlertPublisher, PublisherTarget } from "../core/interfaces/publishing.ts";
import type { ReceiverDeps } from "../notify/deps.ts";
import { buildReceivers } from "../notify/registry.ts";
import { filterOf, type Classify } from "./filter.ts";
import { TARGET_STATES, type KubernetesMetrics, type TargetState } from "./metrics.ts";
import { Refusal, withoutValues } from "./refusal.ts";
import { retiring, type Retiring } from "./retiring.ts";
import type { TargetSecret } from "./secret.ts";
import type { Secrets } from "./secrets.ts";
import { readTarget, type TargetSpec } from "./target.ts";

/** What targets are built with, as the integrations of alertmanager.yml are. */
export interface TargetDeps extends ReceiverDeps {
  readonly grammar: Pick<LoadOptions, "parser" | "matcherMode" | "checkTemplate">;
  /** Names of the configuration's receivers. */
  readonly receivers: ReadonlySet<string>;
  readonly classify: Classify;
}

/** Where the Secrets come from. */
type Source = Pick<Secrets, "all" | "ignored" | "listen">;

interface Built {
  readonly resourceVersion: string;
  readonly state: Exclude<TargetState, "ignored">;
  /** Undefined unless active. */
  readonly target: ActiveTarget | undefined;
}

interface ActiveTarget extends Retiring, Pick<PublisherTarget, "type" | "sendResolved" | "filter"> {
  /** None: all. */
  readonly receivers: readonly string[];
}

/**
 * The targets of the Secrets, built for one configuration. They follow the Secrets by themselves: a group is told by a new
 * one with its next flush, and what one that is gone is sending ends as it would have.
 */
export class SecretTargets {
  readonly #secrets: Source;
  readonly #deps: TargetDeps;
  readonly #unlisten: () => void;
  #built = new Map<string, Built>();
  #byReceiver = new Map<string, readonly PublisherTarget[]>();

  constructor(secrets: Source, deps: TargetDeps) {
    this.#secrets = secrets;
    this.#deps = deps;
    this.#unlisten = secrets.listen(() => this.#follow());
    this.#follow();
  }

  targets(receiver: string): readonly PublisherTarget[] {
    let targets = this.#byReceiver.get(receiver);
    if (targets === undefined) {
      targets = [...this.#built.values()].flatMap(({ target }) => of(receiver, target));
      this.#byReceiver.set(receiver, targets);
    }
    return targets;
  }

  /** Has the metric show these, and no others. */
  expose({ targets }: KubernetesMetrics): void {
    targets.read = () =>
      TARGET_STATES.map((state) => [[state], state === "ignored" ? this.#secrets.ignored : this.#count(state)]);
  }

  close(): void {
    this.#unlisten();
    for (const { target } of this.#built.values()) target?.retire();
  }

  #count(state: TargetState): number {
    return [...this.#built.values()].filter((one) => one.state === state).length;
  }

  #follow(): void {
    const before = this.#built;
    this.#built = new Map();
    this.#byReceiver = new Map();
    for (const secret of this.#secrets.all()) {
      const { id, resourceVersion } = secret;
      const kept = before.get(id);
      if (kept?.resourceVersion === resourceVersion) before.delete(id);
      this.#built.set(id, kept?.resourceVersion === resourceVersion ? kept : this.#build(secret));
    }
    for (const { target } of before.values()) target?.retire();
  }

  #build(secret: TargetSecret): Built {
    const { id, resourceVersion } = secret;
    const { log, receivers } = this.#deps;
    try {
      const spec = readTarget(secret);
      const unknown = spec.receivers.filter((name) => !receivers.has(name));
      if (unknown.length > 0) {
        log.warn("A Secret's target is for a receiver that is not in the configuration", {
          secret: id,
          receiver: unknown.join(", "),
        });
      }
      const target = this.#activate(secret, spec);
      if (spec.enabled) return { resourceVersion, state: "active", target };
      target.retire();
      return { resourceVersion, state: "disabled", target: undefined };
    } catch (error) {
      const key = error instanceof Refusal ? error.key : "config";
      const err = error instanceof Refusal ? error.message : "it cannot be read";
      log.warn("A Secret is no publishing target and is left out", { secret: id, key, err });
      return { resourceVersion, state: "invalid", target: undefined };
    }
  }

  #activate({ namespace, name }: TargetSecret, { receiver, receivers, filter, values }: TargetSpec): ActiveTarget {
    const { grammar, classify } = this.#deps;
    // Nothing of the file's `global` is in it: its credentials are not for addresses of others.
    const source = JSON.stringify({
      route: { receiver: "target" },
      receivers: [{ name: "target", [receiver.list]: [receiver.item] }],
    });
    let target: PublisherTarget | undefined;
    try {
      const { config } = loadConfig(source, { ...grammar, baseDir: "/" });
      [target] = buildReceivers(config, new Set(["target"]), this.#deps).targets("target");
    } catch (error) {
      throw new Refusal(
        "config",
        `is refused as one of ${receiver.list}: ${withoutValues((error as Error).message, values)}`,
      );
    }
    if (target === undefined) throw new Refusal("config", `makes none of ${receiver.list}`);
    return {
      ...retiring(discreet(target.publisher, values)),
      // The name of a namespace has no colon, so no two Secrets are the same to the notification log.
      type: `secret:${namespace}:${name}`,
      sendResolved: target.sendResolved,
      filter: filterOf(filter, classify),
      receivers,
    };
  }
}

/** The publisher, whose errors show nothing of what it was configured with. */
function discreet(inner: AlertPublisher, values: readonly unknown[]): AlertPublisher {
  return {
    type: inner.type,
    async publish(notification, signal) {
      try {
        const result = await inner.publish(notification, signal);
        return result.ok ? result : { ...result, error: withoutValues(result.error, values) };
      } catch (error) {
        // Not even as a cause.
        // oxlint-disable-next-line preserve-caught-error
        throw new Error(withoutValues((error as Error).message, values));
      }
    },
    close: () => inner.close?.(),
  };
}

function of(receiver: string, target: ActiveTarget | undefined): PublisherTarget[] {
  if (target === undefined) return [];
  const { type, sendResolved, filter, publisher, receivers } = target;
  if (receivers.length > 0 && !receivers.includes(receiver)) return [];
  return [{ receiver, type, index: 0, sendResolved, publisher, ...(filter !== undefined && { filter }) }];
}
