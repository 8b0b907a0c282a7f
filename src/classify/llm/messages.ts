/** The data as one block of JSON. Angle brackets are escaped, so that nothing in it can look like markup around it. */
export function asBlock(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}

/** The instructions for an endpoint that cannot be held to the schema: it is told to the model instead. */
export function inWords(system: string, schema: Readonly<Record<string, unknown>>): string {
  return `${system}\n\nAnswer with one JSON object and nothing around it. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** Asks for a correction. */
export function repairPrompt(problem: string): string {
  return `That answer does not fit the schema:\n${problem}\nAnswer again with the whole JSON object, corrected, and nothing around it.`;
}
