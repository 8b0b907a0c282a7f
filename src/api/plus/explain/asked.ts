import { labelSetFromObject, type LabelSet } from "../../../core/model/labels.ts";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import { Problem } from "../problem.ts";

const FINGERPRINT = /^[0-9a-f]{16}$/;

/** What a request asks about: an alert by its fingerprint, or labels. */
export type Asked = { readonly fingerprint: string } | { readonly labels: LabelSet };

/** @throws Problem unless exactly one of the two is there, and fits */
export function readAsked(
  { fingerprint, labels }: { readonly fingerprint?: string | undefined; readonly labels?: string | undefined },
  parser: MatcherParser,
): Asked {
  if ((fingerprint === undefined) === (labels === undefined)) {
    const given = fingerprint === undefined ? "neither" : "both";
    throw new Problem(400, `expected fingerprint=16 hexadecimal digits or labels=name=value,…, and ${given} came`);
  }
  if (labels !== undefined) return { labels: readLabels(labels, parser) };
  if (fingerprint !== undefined && FINGERPRINT.test(fingerprint)) return { fingerprint };
  throw refused(
    "fingerprint",
    `expected that of an alert, 16 hexadecimal digits in lower case, not ${JSON.stringify(fingerprint)}`,
  );
}

/** Reads `a=b,c="d, e"`. @throws Problem */
function readLabels(text: string, parser: MatcherParser): LabelSet {
  let matchers: ReturnType<MatcherParser["parseMatchers"]>;
  try {
    matchers = parser.parseMatchers(text, "api");
  } catch (error) {
    throw refused("labels", `expected name=value,…: ${(error as Error).message}`);
  }
  const object: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const matcher of matchers) {
    if (matcher.type !== "=") throw refused("labels", `expected name=value, not the matcher ${matcher.toString()}`);
    object[matcher.name] = matcher.value;
  }
  return labelsOf(object, "labels");
}

/** Labels as an alert may have them: an empty value is none. @throws Problem */
export function labelsOf(object: Readonly<Record<string, string>>, path: string): LabelSet {
  const set = labelSetFromObject(Object.fromEntries(Object.entries(object).filter(([, value]) => value !== "")));
  if (set.size === 0) throw refused(path, "expected at least one label with a value");
  return set;
}

function refused(path: string, message: string): Problem {
  return new Problem(400, `${path}: ${message}`, [{ path, message }]);
}
