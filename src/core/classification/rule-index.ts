import type { ClassificationRule } from "../interfaces/classification.ts";
import type { Matcher } from "../model/matcher.ts";
import { WordPatterns } from "./word-pattern.ts";
import { squashed, wordsOf } from "./words.ts";

/** A rule that alerts of a certain name may match, with what is left to be asked of their other labels. */
export interface Candidate {
  readonly rule: ClassificationRule;
  readonly matchers: readonly Matcher[];
}

// Alerts come in hundreds of names. Whoever sends a hundred thousand must not fill the memory with them.
const MAX_NAMES = 10_000;

/** Finds the rules that can match an alert by its name, first rule first. What it found for a name it keeps. */
export class RuleIndex {
  readonly #rules: readonly ClassificationRule[];
  /** By squashed name. */
  readonly #byName = new Map<string, number[]>();
  /** By what an equality matcher wants of `alertname`. */
  readonly #byExactName = new Map<string, number[]>();
  readonly #words = new WordPatterns();
  /** Rules that none of the above is known of. */
  readonly #others: number[] = [];
  readonly #candidates = new Map<string, readonly Candidate[]>();

  constructor(rules: readonly ClassificationRule[]) {
    this.#rules = rules;
    for (const [i, { matchers = [], names = [], words = [] }] of rules.entries()) {
      const exact = matchers.find(({ name, type }) => name === "alertname" && type === "=");
      if (exact !== undefined) put(this.#byExactName, exact.value, i);
      else if (names.length > 0) for (const name of names) put(this.#byName, squashed(name), i);
      else if (words.length > 0) for (const pattern of words) this.#words.add(i, pattern);
      else this.#others.push(i);
    }
  }

  /** The candidates for alerts of this name; none follow one that asks nothing more. */
  candidates(alertname: string): readonly Candidate[] {
    let candidates = this.#candidates.get(alertname);
    if (candidates === undefined) {
      candidates = this.#find(alertname);
      if (this.#candidates.size >= MAX_NAMES) this.#candidates.clear();
      this.#candidates.set(alertname, candidates);
    }
    return candidates;
  }

  /** The first rule that a text fits by its words, as if it were a name. */
  byWords(text: string): ClassificationRule | undefined {
    const fitting = this.#words.fitting(wordsOf(text));
    return fitting.size === 0 ? undefined : this.#rules[Math.min(...fitting)];
  }

  #find(alertname: string): readonly Candidate[] {
    const numbers = [
      ...this.#others,
      ...(this.#byExactName.get(alertname) ?? []),
      ...(this.#byName.get(squashed(alertname)) ?? []),
      ...this.#words.fitting(wordsOf(alertname)),
    ];
    const candidates: Candidate[] = [];
    for (const number of numbers.toSorted((a, b) => a - b)) {
      const rule = this.#rules[number] as ClassificationRule;
      const [ofName, matchers] = split(rule.matchers ?? []);
      if (!ofName.every((matcher) => matcher.matches(alertname))) continue;
      candidates.push({ rule, matchers });
      if (matchers.length === 0) break;
    }
    return candidates;
  }
}

function put(index: Map<string, number[]>, key: string, value: number): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}

function split(matchers: readonly Matcher[]): [ofName: readonly Matcher[], others: readonly Matcher[]] {
  const isOfName = ({ name }: Matcher) => name === "alertname";
  return [matchers.filter(isOfName), matchers.filter((matcher) => !isOfName(matcher))];
}
