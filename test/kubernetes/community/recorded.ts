import type { KubernetesObject } from "../../support/kubernetes-objects.ts";
import recorded from "./recorded.json" with { type: "json" };

/** What the community chart is and does, as record.ts found it. */
export const COMMUNITY = recorded as unknown as {
  readonly version: string;
  /** Its default values. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What it makes of each of the cases. */
  readonly rendered: Readonly<Record<string, readonly KubernetesObject[]>>;
};
