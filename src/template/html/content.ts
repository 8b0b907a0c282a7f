import { sprint } from "../fmt/sprint.ts";
import { HTML, URL } from "../value/types.ts";
import { GoPointer, GoString, type Value } from "../value/values.ts";

/** Whether a text is trusted as something: only safeHtml and safeUrl make such text. */
export type ContentType = "plain" | "html" | "url";

export interface Content {
  readonly text: string;
  readonly type: ContentType;
}

/** The text of the arguments of an escaper. No value at all is no text. */
export function contentOf(args: readonly Value[]): Content {
  const first = args[0];
  if (args.length === 1) {
    if (typeof first === "string") return { text: first, type: "plain" };
    if (first instanceof GoString) {
      return { text: first.text, type: first.type === HTML ? "html" : first.type === URL ? "url" : "plain" };
    }
  }
  const present = args.filter((arg) => arg !== undefined);
  return { text: sprint(present.map((arg) => (arg instanceof GoPointer ? arg.target : arg))), type: "plain" };
}
