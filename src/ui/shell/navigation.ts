import { IconBell } from "@tabler/icons-react";
import type { ComponentType } from "react";

export interface Destination {
  /** First part of the path. */
  readonly path: string;
  readonly name: string;
  /** The key after `g` that goes there. */
  readonly key: string;
  readonly icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
}

export const DESTINATIONS: readonly (readonly Destination[])[] = [
  [{ path: "alerts", name: "Alerts", key: "a", icon: IconBell }],
];
