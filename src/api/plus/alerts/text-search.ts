import type { Alert } from "../../../core/model/alert.ts";
import type { LabelSet } from "../../../core/model/labels.ts";

/** What stands in a set's text outside names and values, or stands there other than in them. */
const SYNTAX = /["\\:,{}]/;

/**
 * Whether each word of a text stands, in whatever case, in a name or value of the alert's labels or annotations. Undefined for a
 * text without words.
 */
export function textSearch(text: string): ((alert: Alert) => boolean) | undefined {
  const words = text.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return undefined;
  const tests = words.map(wordTest);
  return ({ labels, annotations }) => tests.every((test) => test(labels) || test(annotations));
}

function wordTest(word: string): (set: LabelSet) => boolean {
  const plain = pattern(word);
  // The set's text is at hand, its values are not: most words are not there, and that is told by the text.
  const inJSON = pattern(JSON.stringify(word).slice(1, -1));
  const isSyntax = SYNTAX.test(word);
  return (set) => {
    if (!inJSON.test(set.key)) return false;
    if (!isSyntax && !set.key.includes("\\")) return true;
    return set.entries().some(([name, value]) => plain.test(name) || plain.test(value));
  };
}

function pattern(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), "iu");
}
