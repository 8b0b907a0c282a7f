import { isPrintable } from "./printable.ts";
import { isBlankOrEnd, isBreak } from "./source.ts";

/** In which styles a text can be written and read back as itself. */
export interface ScalarTraits {
  readonly multiline: boolean;
  readonly flowPlainAllowed: boolean;
  readonly blockPlainAllowed: boolean;
  readonly singleQuotedAllowed: boolean;
  readonly blockAllowed: boolean;
}

/** Nothing but letters, digits and what has no meaning between them: most keys, and many values. */
const SIMPLE = /^[A-Za-z0-9_/][A-Za-z0-9_/.-]*$/;
const UNRESTRICTED: ScalarTraits = {
  multiline: false,
  flowPlainAllowed: true,
  blockPlainAllowed: true,
  singleQuotedAllowed: true,
  blockAllowed: true,
};

/** Looks a text over the way libyaml's emitter does. */
export function analyze(value: string): ScalarTraits {
  if (SIMPLE.test(value)) return UNRESTRICTED;
  if (value === "") {
    return {
      multiline: false,
      flowPlainAllowed: false,
      blockPlainAllowed: true,
      singleQuotedAllowed: true,
      blockAllowed: false,
    };
  }
  const characters = [...value];
  const { block, flow } = indicators(characters);
  let multiline = false;
  let special = false;
  let breakThenSpace = false;
  let spaceThenBreak = false;
  let before = "";
  for (const character of characters) {
    if (!isPrintable(character)) special = true;
    if (character === " ") {
      if (before === "break") breakThenSpace = true;
      before = "space";
    } else if (isBreak(character.charCodeAt(0))) {
      multiline = true;
      if (before === "space") spaceThenBreak = true;
      before = "break";
    } else {
      before = "";
    }
  }
  const edge = (character: string) => character === " " || isBreak(character.charCodeAt(0));
  const edges = edge(characters[0] as string) || edge(characters.at(-1) as string);
  const plain = !edges && !breakThenSpace && !spaceThenBreak && !special && !multiline;
  return {
    multiline,
    flowPlainAllowed: plain && !flow,
    blockPlainAllowed: plain && !block,
    singleQuotedAllowed: !breakThenSpace && !spaceThenBreak && !special,
    blockAllowed: characters.at(-1) !== " " && !spaceThenBreak && !special,
  };
}

const STARTS_NEITHER = new Set(",[]{}#&*!|>'\"%@`");
const NOT_IN_FLOW = new Set(",?[]{}");

/** Whether something in the text would be read as punctuation, in block and in flow context. */
function indicators(characters: readonly string[]): { block: boolean; flow: boolean } {
  const start = characters.slice(0, 3).join("");
  let block = start === "---" || start === "...";
  let flow = block;
  characters.forEach((character, i) => {
    const next = characters[i + 1];
    const blankFollows = next === undefined || next === " " || next === "\t";
    const blankBefore = i > 0 && isBlankOrEnd((characters[i - 1] as string).charCodeAt(0));
    if (i === 0 && STARTS_NEITHER.has(character)) {
      flow = true;
      block = true;
    } else if (character === ":" || (i === 0 && character === "?")) {
      flow = true;
      block ||= blankFollows;
    } else if (i === 0 && character === "-") {
      flow ||= blankFollows;
      block ||= blankFollows;
    } else if (i > 0 && NOT_IN_FLOW.has(character)) {
      flow = true;
    } else if (i > 0 && character === "#" && blankBefore) {
      flow = true;
      block = true;
    }
  });
  return { block, flow };
}
