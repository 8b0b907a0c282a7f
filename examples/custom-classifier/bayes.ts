/** A naive Bayes classifier: in how many examples of each class there was each word. */
export interface Model {
  readonly classes: readonly string[];
  /** Of each class. */
  readonly examples: readonly number[];
  /** By word, of each class. */
  readonly words: Readonly<Record<string, readonly number[]>>;
}

export interface Example {
  readonly words: ReadonlySet<string>;
  readonly class: string;
}

/** Words seen less often say more about chance than about alerts. */
const LEAST = 2;

export function train(examples: readonly Example[]): Model {
  const classes = [...new Set(examples.map((example) => example.class))].sort();
  const count = (of: readonly Example[]) => classes.map((name) => of.filter((one) => one.class === name).length);
  const byWord = new Map<string, Example[]>();
  for (const example of examples) {
    for (const word of example.words) byWord.set(word, [...(byWord.get(word) ?? []), example]);
  }
  const frequent = [...byWord].filter(([, of]) => of.length >= LEAST).sort(([a], [b]) => (a < b ? -1 : 1));
  const words = Object.fromEntries(frequent.map(([word, of]) => [word, count(of)]));
  return { classes, examples: count(examples), words };
}

export interface Guess {
  readonly class: string;
  /** 0 to 1 */
  readonly confidence: number;
  /** The words that spoke most for it. */
  readonly because: readonly string[];
}

// With these, `train.ts` reports the most right answers, and a confidence is about the share of right ones among answers of its kind.
const SMOOTHING = 0.05;
const SHARPNESS = 0.25;

export function guess({ classes, examples, words }: Model, seen: ReadonlySet<string>): Guess {
  const known = [...seen].filter((word) => Object.hasOwn(words, word));
  const all = sum(examples);
  /** How much more often the word stands in examples of the class than in all, as a logarithm. */
  const weight = (word: string, i: number) => {
    const counts = words[word] as readonly number[];
    const inClass = ((counts[i] as number) + SMOOTHING) / ((examples[i] as number) + SMOOTHING);
    return Math.log(inClass / ((sum(counts) + SMOOTHING) / (all + SMOOTHING)));
  };
  const scores = classes.map(
    (_, i) => Math.log((examples[i] as number) / all) + sum(known.map((word) => weight(word, i))),
  );
  const highest = Math.max(...scores);
  const best = scores.indexOf(highest);
  return {
    class: classes[best] as string,
    // Words depend on each other, so that all they say together is too sure of itself.
    confidence: 1 / sum(scores.map((score) => Math.exp(SHARPNESS * (score - highest)))),
    because: known.sort((a, b) => weight(b, best) - weight(a, best)).slice(0, 3),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((rest, number) => rest + number, 0);
}
