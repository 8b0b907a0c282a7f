import type { Inhibition } from "../core/inhibition/inhibitor.ts";
import type { Alert } from "../core/model/alert.ts";
import type { LabelSet } from "../core/model/labels.ts";
import type { Flush } from "./dispatcher.ts";
import type { Group } from "./group.ts";
import type { Decision } from "./planner.ts";

/** Is told of each step of an alert's way, as upstream's event recorder is (spec §14). It returns at once and never throws. */
export interface Steps {
  /** It was not known before. */
  created(alert: Alert): void;
  /** It, or a newer version of it, went into a group. */
  grouped(group: Group, alert: Alert): void;
  /** It left its group, resolved and notified. */
  left(group: Group, alert: Alert): void;
  /** @param silences IDs of those that mute it */
  silenced(labels: LabelSet, silences: readonly string[]): void;
  inhibited(labels: LabelSet, inhibition: Inhibition): void;
  /** A receiver took a notification. */
  notified(flush: Flush, decision: Decision): void;
}
