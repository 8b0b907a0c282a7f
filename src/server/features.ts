import type { MatcherMode } from "../core/model/matcher-parse.ts";

/** The names `--enable-feature` takes, and the line each is announced with (spec §1.2). */
const ANNOUNCEMENTS = {
  "alert-names-in-metrics": "Alert names in metrics enabled",
  "receiver-name-in-metrics": "Experimental receiver name in metrics enabled",
  "group-key-in-metrics": "Experimental group key in metrics enabled",
  "classic-mode": "Classic mode enabled",
  "utf8-strict-mode": "UTF-8 strict mode enabled",
  "auto-gomemlimit": "Automatically set GOMEMLIMIT to match the Linux container or system memory limit.",
  "event-recorder": "Experimental event recorder enabled",
} as const;

export type FeatureName = keyof typeof ANNOUNCEMENTS;
export type Features = ReadonlySet<FeatureName>;

// In upstream's order, which the help shows.
export const FEATURE_NAMES = Object.keys(ANNOUNCEMENTS) as readonly FeatureName[];

/** A feature list upstream refuses, with its text. */
export class FeatureError extends Error {}

/**
 * Reads a comma-separated list of features, telling `warn` about each as it is met.
 *
 * @throws FeatureError on an unknown name, or on two modes at once
 */
export function parseFeatures(list: string, warn: (message: string) => void): Features {
  const features = new Set<FeatureName>();
  if (list === "") return features;
  for (const name of list.split(",")) {
    if (!isFeatureName(name)) throw new FeatureError(`unknown option '${name}' for --enable-feature`);
    warn(ANNOUNCEMENTS[name]);
    features.add(name);
  }
  if (features.has("classic-mode") && features.has("utf8-strict-mode")) {
    throw new FeatureError("cannot have both classic and UTF-8 modes enabled");
  }
  return features;
}

function isFeatureName(name: string): name is FeatureName {
  return Object.hasOwn(ANNOUNCEMENTS, name);
}

/** How matchers and label names are read with these features. */
export function matcherMode(features: Features): MatcherMode {
  if (features.has("classic-mode")) return "classic";
  return features.has("utf8-strict-mode") ? "utf8-strict" : "fallback";
}
