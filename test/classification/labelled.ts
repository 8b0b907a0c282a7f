// The alerts the rules are measured with, each with what a person would say of it.
import { readFileSync } from "node:fs";
import type { Category, Severity } from "../../src/core/model/classification.ts";
import { fnv1a64Hex } from "../../src/core/model/hash.ts";
import { labelSetFromObject, type LabelSet } from "../../src/core/model/labels.ts";

/**
 * How the labels were given. Severity: what a recognisable label of the alert says; without one, `critical` where users
 * or data suffer now, `warning` where it can wait for the morning, `info` where nothing has to be done. `noise` is what
 * fires by design or as a trial, whatever its label, but for `critical`. Category: what is special goes before where
 * it runs: a full volume of a pod is `storage`, a certificate of a database `security`, its backup `operations`, and a database
 * that is down `database`. Caches and search engines are databases; lag and backlogs are `performance`, limits `resource`;
 * monitoring, delivery, backups and money are `operations`.
 */
export interface LabelledAlert {
  readonly name: string;
  readonly severity: Severity;
  readonly category: Category;
  /** One sentence. */
  readonly why: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  /** Its text tries to talk a classifier into something. */
  readonly injection: boolean;
  /** Drawn by lot from rules that others publish, of names the shipped rules do not know. */
  readonly public: boolean;
  /** Rules are written looking at `open`, and only ever measured on `frozen`. */
  readonly half: "open" | "frozen";
}

type Written = Omit<LabelledAlert, "labels" | "annotations" | "injection" | "public" | "half"> & {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly injection?: true;
  readonly public?: true;
};

const written = JSON.parse(readFileSync(new URL("alerts.json", import.meta.url), "utf8")) as readonly Written[];

export const labelled: readonly LabelledAlert[] = written.map((alert) => ({
  ...alert,
  labels: labelSetFromObject(alert.labels),
  annotations: labelSetFromObject(alert.annotations),
  injection: alert.injection === true,
  public: alert.public === true,
  half: halfOf(alert.name),
}));

/** SHA-256 of the frozen half as it is written, so that it cannot change unnoticed. */
export function frozenDigest(): string {
  const frozen = written.filter(({ name }) => halfOf(name) === "frozen");
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(frozen)).digest("hex");
}

/** By a hash of the name, so that nobody chooses. */
function halfOf(name: string): "open" | "frozen" {
  const hash = fnv1a64Hex(["name"], [name]);
  return Number.parseInt(hash.slice(-1), 16) % 2 === 0 ? "open" : "frozen";
}
