import type { Node } from "../parse/nodes.ts";
import { ATTR_START, type Context, contextText, errorContext, sameContext } from "./context.ts";

/** The context in which an action stands that comes here: an action is what the place waits for. */
export function nudge(c: Context): Context {
  switch (c.state) {
    case "stateTag":
      return { ...c, state: "stateAttrName" };
    case "stateBeforeValue":
      return { ...c, state: ATTR_START[c.attr], delim: "delimSpaceOrTagEnd", attr: "attrNone" };
    case "stateAfterName":
      return { ...c, state: "stateAttrName", attr: "attrNone" };
    default:
      return c;
  }
}

/** The context after a branch, from those at the ends of its two ways. */
export function joinContexts(a: Context, b: Context, node: Node, name: string): Context {
  if (a.state === "stateError") return a;
  if (b.state === "stateError") return b;
  if (a.state === "stateDead") return b;
  if (b.state === "stateDead") return a;
  if (sameContext(a, b)) return a;
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: "urlPartUnknown" };
  if (sameContext({ ...a, jsCtx: b.jsCtx }, b)) return { ...a, jsCtx: "jsCtxUnknown" };
  // `<p title={{if .C}}{{.}}{{end}}` ends in a value one way and before a value the other.
  const c = nudge(a);
  const d = nudge(b);
  if (!(sameContext(c, a) && sameContext(d, b))) {
    const joined = joinContexts(c, d, node, name);
    if (joined.state !== "stateError") return joined;
  }
  return errorContext(`{{${name}}} branches end in different contexts: ${contextText(a)}, ${contextText(b)}`, node);
}
