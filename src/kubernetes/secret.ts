/** Most of `data.config` that is taken, bytes of base64. */
export const MAX_CONFIG = 64 * 1024;

/** What is kept of a Secret. Its configuration is secret and never shown. */
export interface TargetSecret {
  /** `namespace/name`, as people write it. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** The annotation or label `amp.receiver`; "" for none. */
  readonly receivers: string;
  /** Base64, as the API has it. */
  readonly config: string | "missing" | "too large";
}

interface Metadata {
  readonly namespace?: unknown;
  readonly name?: unknown;
  readonly resourceVersion?: unknown;
  readonly labels?: Readonly<Record<string, unknown>> | null;
  readonly annotations?: Readonly<Record<string, unknown>> | null;
}

const SCOPE = "amp.receiver";

/** The Secret in an object of the API. @throws Error where it is none */
export function secretOf(object: unknown): TargetSecret {
  const { metadata, data } = (object ?? {}) as { metadata?: Metadata; data?: Readonly<Record<string, unknown>> | null };
  const { namespace, name, resourceVersion } = metadata ?? {};
  if (typeof namespace !== "string" || typeof name !== "string" || typeof resourceVersion !== "string") {
    throw new Error("the answer has an object without a namespace, a name or a version");
  }
  const scope = metadata?.annotations?.[SCOPE] ?? metadata?.labels?.[SCOPE];
  const config = data?.["config"];
  return {
    id: `${namespace}/${name}`,
    namespace,
    name,
    resourceVersion,
    receivers: typeof scope === "string" ? scope : "",
    config: typeof config !== "string" ? "missing" : config.length > MAX_CONFIG ? "too large" : config,
  };
}
