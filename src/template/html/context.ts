import type { LoopNode, Node } from "../parse/nodes.ts";
import { position } from "../exec/execution.ts";

/** What part of a page a place in a template is. Named as Go's errors show them. */
export type State =
  | "stateText"
  | "stateTag"
  | "stateAttrName"
  | "stateAfterName"
  | "stateBeforeValue"
  | "stateHTMLCmt"
  | "stateRCDATA"
  | "stateAttr"
  | "stateURL"
  | "stateSrcset"
  | "stateJS"
  | "stateJSDqStr"
  | "stateJSSqStr"
  | "stateJSTmplLit"
  | "stateJSRegexp"
  | "stateJSBlockCmt"
  | "stateJSLineCmt"
  | "stateJSHTMLOpenCmt"
  | "stateJSHTMLCloseCmt"
  | "stateCSS"
  | "stateCSSDqStr"
  | "stateCSSSqStr"
  | "stateCSSDqURL"
  | "stateCSSSqURL"
  | "stateCSSURL"
  | "stateCSSBlockCmt"
  | "stateCSSLineCmt"
  | "stateError"
  | "stateMetaContent"
  | "stateMetaContentURL"
  | "stateDead";

/** What ends the attribute value. */
export type Delim = "delimNone" | "delimDoubleQuote" | "delimSingleQuote" | "delimSpaceOrTagEnd";
export type URLPart = "urlPartNone" | "urlPartPreQuery" | "urlPartQueryOrFrag" | "urlPartUnknown";
/** What a slash would begin. */
export type JSCtx = "jsCtxRegexp" | "jsCtxDivOp" | "jsCtxUnknown";
export type Attr =
  "attrNone" | "attrScript" | "attrScriptType" | "attrStyle" | "attrURL" | "attrSrcset" | "attrMetaContent";
export type Element =
  "elementNone" | "elementScript" | "elementStyle" | "elementTextarea" | "elementTitle" | "elementMeta";

/** Why a template cannot be made safe. */
export interface EscapeError {
  readonly description: string;
  readonly node: Node | undefined;
  readonly line: number;
}

export interface Context {
  readonly state: State;
  readonly delim: Delim;
  readonly urlPart: URLPart;
  readonly jsCtx: JSCtx;
  /** For each `${` that is open in a JavaScript template literal, the braces open within. */
  readonly jsBraceDepth: readonly number[] | undefined;
  readonly attr: Attr;
  readonly element: Element;
  /** The break or continue that left the loop here. */
  readonly node: LoopNode | undefined;
  readonly error: EscapeError | undefined;
}

export const TEXT: Context = {
  state: "stateText",
  delim: "delimNone",
  urlPart: "urlPartNone",
  jsCtx: "jsCtxRegexp",
  jsBraceDepth: undefined,
  attr: "attrNone",
  element: "elementNone",
  node: undefined,
  error: undefined,
};

export function contextOf(fields: Partial<Context>): Context {
  return { ...TEXT, ...fields };
}

export function errorContext(description: string, node?: Node, line = 0): Context {
  return { ...TEXT, state: "stateError", error: { description, node, line } };
}

/** The message of an error as Go words it. */
export function errorText({ description, node, line }: EscapeError, name: string): string {
  if (node?.source !== undefined) return `html/template:${position(node.source, node.pos)}: ${description}`;
  if (line !== 0) return `html/template:${name}:${line}: ${description}`;
  return `html/template${name === "" ? "" : `:${name}`}: ${description}`;
}

export function contextText(c: Context): string {
  const depth = `[${(c.jsBraceDepth ?? []).join(" ")}]`;
  const error = c.error === undefined ? "<nil>" : errorText(c.error, "");
  return `{${c.state} ${c.delim} ${c.urlPart} ${c.jsCtx} ${depth} ${c.attr} ${c.element} ${error}}`;
}

export function sameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delim === b.delim &&
    a.urlPart === b.urlPart &&
    a.jsCtx === b.jsCtx &&
    (a.jsBraceDepth ?? []).join() === (b.jsBraceDepth ?? []).join() &&
    a.attr === b.attr &&
    a.element === b.element &&
    a.error === b.error
  );
}

/** The name of a template as called in a context: what is called in text keeps its own. */
export function mangle(c: Context, name: string): string {
  if (c.state === "stateText") return name;
  let mangled = `${name}$htmltemplate_${c.state}`;
  if (c.delim !== "delimNone") mangled += `_${c.delim}`;
  if (c.urlPart !== "urlPartNone") mangled += `_${c.urlPart}`;
  if (c.jsCtx !== "jsCtxRegexp") mangled += `_${c.jsCtx}`;
  if (c.jsBraceDepth !== undefined) mangled += `_jsBraceDepth([${c.jsBraceDepth.join(" ")}])`;
  if (c.attr !== "attrNone") mangled += `_${c.attr}`;
  if (c.element !== "elementNone") mangled += `_${c.element}`;
  return mangled;
}

const COMMENTS: ReadonlySet<State> = new Set<State>([
  "stateHTMLCmt",
  "stateJSBlockCmt",
  "stateJSLineCmt",
  "stateJSHTMLOpenCmt",
  "stateJSHTMLCloseCmt",
  "stateCSSBlockCmt",
  "stateCSSLineCmt",
]);
const IN_TAG: ReadonlySet<State> = new Set<State>([
  "stateTag",
  "stateAttrName",
  "stateAfterName",
  "stateBeforeValue",
  "stateAttr",
]);
const SCRIPT_LITERALS: ReadonlySet<State> = new Set<State>([
  "stateJSDqStr",
  "stateJSSqStr",
  "stateJSTmplLit",
  "stateJSRegexp",
]);

export function isComment(state: State): boolean {
  return COMMENTS.has(state);
}

export function isInTag(state: State): boolean {
  return IN_TAG.has(state);
}

export function isInScriptLiteral(state: State): boolean {
  return SCRIPT_LITERALS.has(state);
}

/** The state in which the value of an attribute begins. */
export const ATTR_START: Readonly<Record<Attr, State>> = {
  attrNone: "stateAttr",
  attrScript: "stateJS",
  attrScriptType: "stateAttr",
  attrStyle: "stateCSS",
  attrURL: "stateURL",
  attrSrcset: "stateSrcset",
  attrMetaContent: "stateMetaContent",
};
