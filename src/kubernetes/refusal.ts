/** Why a Secret is no target. The message names keys and what was expected, and never holds a value of the Secret. */
export class Refusal extends Error {
  /** @param key in the JSON, such as `filter_config.severity` */
  constructor(
    readonly key: string,
    problem: string,
  ) {
    super(problem);
  }
}

/** Characters; a piece of a value that is shorter tells nothing. */
const SHORTEST_PIECE = 5;

/** The message without any of the values or longer pieces of them, however it quotes or cuts them. */
export function withoutValues(message: string, values: unknown): string {
  const texts = [...textsOf(values)].filter((text) => text.length > 2);
  return message.replace(/[^\s"'`,;()[\]{}\\]+/g, (word) => {
    const piece = word.replace(/^[.:]+|[.:]+$/g, "");
    const isPart = piece.length >= SHORTEST_PIECE && texts.some((text) => text.includes(piece));
    return isPart || texts.some((text) => word.includes(text)) ? "<secret>" : word;
  });
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) yield* textsOf(part);
}
