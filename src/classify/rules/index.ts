import type { ClassificationRule } from "../../core/interfaces/classification.ts";
import type { Category } from "../../core/model/classification.ts";
import { applications } from "./applications.ts";
import { brokers } from "./brokers.ts";
import { clouds } from "./clouds.ts";
import { databases } from "./databases.ts";
import { delivery } from "./delivery.ts";
import { rulesOf } from "./family.ts";
import { hosts } from "./hosts.ts";
import { kubernetes } from "./kubernetes.ts";
import { monitoring } from "./monitoring.ts";
import { network } from "./network.ts";
import { noise } from "./noise.ts";
import { proxies } from "./proxies.ts";
import { security } from "./security.ts";
import { storage } from "./storage.ts";
import { wordRules } from "./words/index.ts";

/** Alerts known by name first, then those known by their words. */
export const shippedRules: readonly ClassificationRule[] = [
  ...[
    ...noise,
    ...kubernetes,
    ...monitoring,
    ...hosts,
    ...network,
    ...databases,
    ...brokers,
    ...proxies,
    ...storage,
    ...delivery,
    ...clouds,
    ...security,
    ...applications,
  ].flatMap(rulesOf),
  ...wordRules,
];

/** What an alert is most likely about that has such a label, where neither name nor text tells. */
export const labelCategories: ReadonlyMap<string, Category> = new Map<string, Category>([
  ["persistentvolumeclaim", "storage"],
  ["mountpoint", "storage"],
  ["datname", "database"],
  ["ifName", "network"],
  ["ifDescr", "network"],
  ["consumergroup", "application"],
  ["pod", "kubernetes"],
  ["deployment", "kubernetes"],
  ["statefulset", "kubernetes"],
  ["daemonset", "kubernetes"],
]);
