/** A document that cannot be read as YAML; the message is yaml.v2's, `yaml: ` included. */
export class YamlError extends Error {
  override readonly name = "YamlError";

  constructor(problem: string) {
    super(`yaml: ${problem}`);
  }
}

/** A problem at a place. Upstream names no line for the first one. `line` counts from 1. */
export function yamlErrorAt(line: number, problem: string): YamlError {
  return new YamlError(line > 0 ? `line ${line}: ${problem}` : problem);
}
