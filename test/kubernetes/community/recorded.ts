import type { KubernetesObject } from "../../support/kubernetes-objects.ts";
import type { Case } from "./cases.ts";
import recorded from "./recorded.json" with { type: "json" };

/** What the community chart is and does, as record.ts found it. */
export const COMMUNITY = recorded as unknown as {
  readonly version: string;
  /** Its default values. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Those its own tests install it with. */
  readonly ci: Readonly<Record<string, Case>>;
  /** What it makes of each of the cases, and of those of `ci`. */
  readonly rendered: Readonly<Record<string, readonly KubernetesObject[]>>;
};
