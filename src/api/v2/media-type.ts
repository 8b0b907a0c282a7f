/** A header value that Go's mime package refuses, in its words. */
export class MediaTypeError extends Error {}

export interface MediaType {
  /** `type/subtype` or what stands there instead, lower case. */
  readonly full: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;

/**
 * Reads `type/subtype; name=value` as Go's `mime.ParseMediaType` does.
 *
 * @throws MediaTypeError
 */
export function parseMediaType(value: string): MediaType {
  const semicolon = value.indexOf(";");
  const full = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  checkType(full);
  const parameters = new Map<string, string>();
  let rest = semicolon < 0 ? "" : value.slice(semicolon);
  for (;;) {
    rest = rest.trimStart();
    if (rest === "") break;
    const parameter = consumeParameter(rest);
    if (parameter === undefined) {
      // A semicolon at the end is no error.
      if (rest.trim() === ";") break;
      throw new MediaTypeError("mime: invalid media parameter");
    }
    if (parameters.has(parameter.name)) throw new MediaTypeError("mime: duplicate parameter name");
    parameters.set(parameter.name, parameter.value);
    rest = parameter.rest;
  }
  return { full, parameters };
}

function checkType(full: string): void {
  const type = TOKEN.exec(full)?.[0] ?? "";
  if (type === "") throw new MediaTypeError("mime: no media type");
  const rest = full.slice(type.length);
  if (rest === "") return;
  if (!rest.startsWith("/")) throw new MediaTypeError("mime: expected slash after first token");
  const subtype = TOKEN.exec(rest.slice(1))?.[0] ?? "";
  if (subtype === "") throw new MediaTypeError("mime: expected token after slash");
  if (rest.length > subtype.length + 1) throw new MediaTypeError("mime: unexpected content after media subtype");
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly rest: string;
}

function consumeParameter(text: string): Parameter | undefined {
  if (!text.startsWith(";")) return undefined;
  let rest = text.slice(1).trimStart();
  const name = TOKEN.exec(rest)?.[0];
  if (name === undefined) return undefined;
  rest = rest.slice(name.length).trimStart();
  if (!rest.startsWith("=")) return undefined;
  rest = rest.slice(1).trimStart();
  const value = rest.startsWith('"') ? consumeQuoted(rest) : TOKEN.exec(rest)?.[0];
  if (value === undefined) return undefined;
  if (typeof value === "string") return { name: name.toLowerCase(), value, rest: rest.slice(value.length) };
  return { name: name.toLowerCase(), value: value.text, rest: rest.slice(value.length) };
}

function consumeQuoted(text: string): { readonly text: string; readonly length: number } | undefined {
  const m = /^"((?:[^"\\\r\n]|\\[^\r\n])*)"/.exec(text);
  if (m === null) return undefined;
  return { text: (m[1] as string).replace(/\\([^a-zA-Z0-9])/g, "$1"), length: m[0].length };
}
