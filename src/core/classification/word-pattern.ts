/**
 * Patterns over the words of a name. A pattern is terms with spaces between them, all of which must fit, in any order:
 * `disk|volume` fits if one of these words is there, `cert*` if a word begins so, `!backup|snapshot` if none of them is.
 * At least the first term is no `!` one.
 *
 * Finds which of hundreds of patterns fit in about the time it takes to look up each word of the name.
 */
export class WordPatterns {
  readonly #patterns: Pattern[] = [];
  /** The number of each whole word and each beginning that occurs in a pattern. */
  readonly #whole = new Map<string, number>();
  readonly #beginnings = new Map<string, number>();
  /** The patterns whose first term the atom of this number is in. */
  readonly #startingWith = new Map<number, number[]>();

  /** @param owner what `fitting` answers with; a number may own several patterns */
  add(owner: number, pattern: string): void {
    const terms = pattern.split(" ").map((term): Term => {
      const wanted = !term.startsWith("!");
      return { wanted, atoms: (wanted ? term : term.slice(1)).split("|").map((atom) => this.#atom(atom)) };
    });
    const first = terms[0] as Term;
    if (!first.wanted) throw new Error(`the word pattern "${pattern}" begins with what must not be there`);
    for (const atom of first.atoms) {
      const patterns = this.#startingWith.get(atom);
      if (patterns === undefined) this.#startingWith.set(atom, [this.#patterns.length]);
      else patterns.push(this.#patterns.length);
    }
    this.#patterns.push({ owner, terms });
  }

  /** The owners of patterns that fit. */
  fitting(words: ReadonlySet<string>): ReadonlySet<number> {
    const found = this.#found(words);
    const owners = new Set<number>();
    for (const atom of found) {
      for (const i of this.#startingWith.get(atom) ?? []) {
        const { owner, terms } = this.#patterns[i] as Pattern;
        if (terms.every(({ wanted, atoms }) => atoms.some((other) => found.has(other)) === wanted)) owners.add(owner);
      }
    }
    return owners;
  }

  #atom(atom: string): number {
    const [index, text] = atom.endsWith("*") ? [this.#beginnings, atom.slice(0, -1)] : [this.#whole, atom];
    let number = index.get(text);
    if (number === undefined) {
      number = this.#whole.size + this.#beginnings.size;
      index.set(text, number);
    }
    return number;
  }

  #found(words: ReadonlySet<string>): ReadonlySet<number> {
    const found = new Set<number>();
    for (const word of words) {
      const whole = this.#whole.get(word);
      if (whole !== undefined) found.add(whole);
      for (let end = 2; end <= word.length; end++) {
        const beginning = this.#beginnings.get(word.slice(0, end));
        if (beginning !== undefined) found.add(beginning);
      }
    }
    return found;
  }
}

interface Pattern {
  readonly owner: number;
  readonly terms: readonly Term[];
}

interface Term {
  readonly wanted: boolean;
  readonly atoms: readonly number[];
}
