import {
  IconAdjustments,
  IconBell,
  IconBellOff,
  IconBrain,
  IconChartBar,
  IconFileSettings,
  IconHeartbeat,
  IconInfoCircle,
  IconKey,
  IconRoute,
  IconSend,
  IconServer2,
  IconUsersGroup,
} from "@tabler/icons-react";
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
  [
    { path: "alerts", name: "Alerts", key: "a", icon: IconBell },
    { path: "silences", name: "Silences", key: "s", icon: IconBellOff },
    { path: "history", name: "History", key: "h", icon: IconChartBar },
  ],
  [
    { path: "notifications", name: "Notifications", key: "n", icon: IconSend },
    { path: "receivers", name: "Receivers", key: "r", icon: IconUsersGroup },
    { path: "heartbeats", name: "Heartbeats", key: "b", icon: IconHeartbeat },
  ],
  [
    { path: "routes", name: "Routing", key: "t", icon: IconRoute },
    { path: "config", name: "Configuration", key: "c", icon: IconFileSettings },
    { path: "classification", name: "Classification", key: "l", icon: IconBrain },
    { path: "cluster", name: "Cluster", key: "k", icon: IconServer2 },
    { path: "status", name: "Status", key: "u", icon: IconInfoCircle },
  ],
  [
    { path: "access", name: "Access", key: "o", icon: IconKey },
    { path: "settings", name: "Settings", key: "e", icon: IconAdjustments },
  ],
];
