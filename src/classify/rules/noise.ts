// Alerts that are not meant for people.
import type { Family } from "./family.ts";

export const noise: readonly Family[] = [
  {
    name: "alerting-pipeline",
    category: "operations",
    certain: true,
    reason:
      "It fires all the time by design: its absence, not its presence, says that the alerting pipeline is broken.",
    recommendations: ["Send it to a service that raises the alarm when it stops arriving, and to nobody else."],
    noise: `
      AlwaysFiringAlert DeadManSnitch DeadMansSnitch DeadMansSwitch DeadManSwitch
      PrometheusAlertmanagerE2eDeadManSwitch PrometheusDeadMansSwitch Watchdog WatchdogAlert`,
  },
  {
    name: "inhibition-helper",
    category: "operations",
    certain: true,
    reason: "It exists only to inhibit alerts of severity info and is not meant for people.",
    recommendations: ["Route it to a receiver that sends nothing and keep the inhibition rule that uses it."],
    noise: `
      InfoInhibitor`,
  },
];
