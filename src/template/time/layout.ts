/** The elements of a Go time layout, by what they are in the layout. */
export type Element =
  | "January"
  | "Jan"
  | "Monday"
  | "Mon"
  | "MST"
  | "01"
  | "02"
  | "03"
  | "04"
  | "05"
  | "06"
  | "002"
  | "15"
  | "1"
  | "2006"
  | "2"
  | "_2"
  | "__2"
  | "3"
  | "4"
  | "5"
  | "PM"
  | "pm"
  | "-070000"
  | "-07:00:00"
  | "-0700"
  | "-07:00"
  | "-07"
  | "Z070000"
  | "Z07:00:00"
  | "Z0700"
  | "Z07:00"
  | "Z07"
  | "fraction0"
  | "fraction9";

export interface Chunk {
  /** Literal text before the element. */
  readonly prefix: string;
  /** Undefined at the end of the layout. */
  readonly element: Element | undefined;
  /** The element as written. */
  readonly text: string;
}

// In the order in which Go tries them at one place; `Jan` and `Mon` only where no lower-case letter follows.
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_(?=2006)|_2|__2|3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])/g;

const MAX_CACHED = 256;
const cache = new Map<string, readonly Chunk[]>();

/** Cuts a layout into literal text and elements; the last chunk has no element. */
export function chunksOf(layout: string): readonly Chunk[] {
  let chunks = cache.get(layout);
  if (chunks === undefined) {
    chunks = cut(layout);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(layout, chunks);
  }
  return chunks;
}

function cut(layout: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    const text = match[0];
    // `_2006` is a literal underscore before a year.
    if (text === "_") continue;
    const element =
      text.startsWith(".") || text.startsWith(",") ? (text.charAt(1) === "0" ? "fraction0" : "fraction9") : text;
    chunks.push({ prefix: layout.slice(start, match.index), element: element as Element, text });
    start = match.index + text.length;
  }
  chunks.push({ prefix: layout.slice(start), element: undefined, text: "" });
  return chunks;
}
