import { quote } from "../fmt/quote.ts";
import type { ActionNode, BranchNode, ListNode, Node, TemplateNode, TextNode, Tree } from "../parse/nodes.ts";
import { nodeText } from "../parse/print.ts";
import { type Context, errorContext, isComment, mangle, sameContext, TEXT } from "./context.ts";
import { copyTree } from "./copy-tree.ts";
import { escapeText } from "./escape-text.ts";
import { joinContexts, nudge } from "./join.ts";

/** Escapers that a template may name itself, in their place. */
export const PREDEFINED: ReadonlySet<string> = new Set(["html", "urlquery"]);

/** What is to change in a template. */
export interface Edits {
  readonly actions: Map<ActionNode, readonly string[]>;
  readonly templates: Map<TemplateNode, string>;
  readonly texts: Map<TextNode, string>;
}

interface RangeContext {
  readonly outer: RangeContext | undefined;
  readonly left: Context[];
}

type Filter = (escaper: Escaper, c: Context) => boolean;

/** Finds out the context of every action reachable from a template, and what has to escape it there. */
export class Escaper {
  /** The context after each template, by its name in the context it is called in. */
  readonly output = new Map<string, Context>();
  /** Copies of templates that are called outside text. */
  readonly derived = new Map<string, Tree>();
  private readonly called = new Set<string>();
  readonly edits: Edits = { actions: new Map(), templates: new Map(), texts: new Map() };
  private range: RangeContext | undefined;

  constructor(private readonly trees: ReadonlyMap<string, Tree>) {}

  /** The context after a template called in a context, and the name it has there. */
  escapeTree(c: Context, node: Node | undefined, name: string, line: number): [Context, string] {
    const mangled = mangle(c, name);
    this.called.add(mangled);
    const known = this.output.get(mangled);
    if (known !== undefined) return [known, mangled];
    let tree = this.lookup(name);
    if (tree === undefined) return [errorContext(`no such template ${quote(name)}`, node, line), mangled];
    if (mangled !== name) {
      const original = tree;
      tree = this.lookup(mangled) ?? copyTree(original, mangled);
      this.derived.set(mangled, tree);
    }
    return [this.outputContext(c, tree), mangled];
  }

  private lookup(name: string): Tree | undefined {
    return this.trees.get(name) ?? this.derived.get(name);
  }

  private outputContext(c: Context, tree: Tree): Context {
    const [first, ok] = this.escapeBody(c, tree);
    if (ok) return first;
    // Perhaps what came out is what comes out when that is assumed.
    const [second, ok2] = this.escapeBody(first, tree);
    if (ok2) return second;
    if (first.state === "stateError") return first;
    return errorContext(`cannot compute output context for template ${tree.name}`, tree.root);
  }

  /** Escapes a template assuming a context after it, which matters when it calls itself. */
  private escapeBody(c: Context, tree: Tree): [Context, boolean] {
    this.output.set(tree.name, c);
    return this.escapeConditionally(c, tree.root, (inner, after) => {
      if (after.state === "stateError") return false;
      return !inner.called.has(tree.name) || sameContext(c, after);
    });
  }

  /** Escapes a list and keeps what was found only if the filter accepts it. */
  private escapeConditionally(c: Context, list: ListNode, filter: Filter | undefined): [Context, boolean] {
    const inner = new Escaper(this.trees);
    inner.range = this.range;
    for (const [name, context] of this.output) inner.output.set(name, context);
    const after = inner.escapeList(c, list);
    const ok = filter !== undefined && filter(inner, after);
    if (ok) this.adopt(inner);
    return [after, ok];
  }

  private adopt(inner: Escaper): void {
    for (const [name, context] of inner.output) this.output.set(name, context);
    for (const [name, tree] of inner.derived) this.derived.set(name, tree);
    for (const name of inner.called) this.called.add(name);
    for (const [node, escapers] of inner.edits.actions) this.edits.actions.set(node, escapers);
    for (const [node, name] of inner.edits.templates) this.edits.templates.set(node, name);
    for (const [node, text] of inner.edits.texts) this.edits.texts.set(node, text);
  }

  private escapeList(context: Context, list: ListNode | undefined): Context {
    let c = context;
    for (const node of list?.nodes ?? []) {
      c = this.escapeNode(c, node);
      if (c.state === "stateDead") break;
    }
    return c;
  }

  private escapeNode(c: Context, node: Node): Context {
    switch (node.kind) {
      case "action":
        return this.escapeAction(c, node);
      case "break":
      case "continue":
        this.range?.left.push({ ...c, node });
        return { ...TEXT, state: "stateDead" };
      case "if":
      case "with":
      case "range":
        return this.escapeBranch(c, node);
      case "list":
        return this.escapeList(c, node);
      case "template": {
        const [after, name] = this.escapeTree(c, node, node.name, node.line);
        if (name !== node.name) this.edits.templates.set(node, name);
        return after;
      }
      case "text": {
        const { context, text } = escapeText(c, node.text);
        if (text !== undefined) this.edits.texts.set(node, text);
        return context;
      }
    }
  }

  private escapeAction(context: Context, node: ActionNode): Context {
    const { pipe } = node;
    if (pipe.decl.length > 0) return context;
    const c = nudge(context);
    for (const [i, { args }] of pipe.cmds.entries()) {
      const first = args[0];
      if (first?.kind !== "identifier" || !PREDEFINED.has(first.ident)) continue;
      const unquoted = c.state === "stateAttr" && c.delim === "delimSpaceOrTagEnd" && first.ident === "html";
      if (i < pipe.cmds.length - 1 || unquoted) {
        return errorContext(`predefined escaper ${quote(first.ident)} disallowed in template`, node, node.line);
      }
    }
    if (c.state === "stateError") return c;
    const escapers = stateEscapers(c);
    if (escapers === undefined) {
      return errorContext(`${nodeText(node)} appears in an ambiguous context within a URL`, node, node.line);
    }
    if (c.delim === "delimSpaceOrTagEnd") escapers.push("_html_template_nospaceescaper");
    else if (c.delim !== "delimNone") escapers.push("_html_template_attrescaper");
    this.edits.actions.set(node, escapers);
    if (c.state === "stateJS") return { ...c, jsCtx: "jsCtxDivOp" };
    return c.state === "stateTag" ? { ...c, state: "stateAttrName" } : c;
  }

  private escapeBranch(c: Context, node: BranchNode): Context {
    const { kind } = node;
    if (kind !== "range") {
      return joinContexts(this.escapeList(c, node.list), this.escapeList(c, node.elseList), node, kind);
    }
    const once = this.inLoop((loop) => joinLoop(this.escapeList(c, node.list), loop));
    if (once.state === "stateError") return once;
    // The body may run again from where it ended: that has to be the same to it.
    const twice = this.inLoop((loop) => {
      const again = this.escapeConditionally(once, node.list, undefined)[0];
      const joined = joinContexts(once, again, node, kind);
      if (joined.state === "stateError") return withError(joined, node.line, "on range loop re-entry: ");
      return joinLoop(joined, loop);
    });
    if (twice.state === "stateError") return twice;
    return joinContexts(twice, this.escapeList(c, node.elseList), node, kind);
  }

  private inLoop(run: (loop: RangeContext) => Context): Context {
    const loop: RangeContext = { outer: this.range, left: [] };
    this.range = loop;
    const c = run(loop);
    this.range = loop.outer;
    return c;
  }
}

function withError(c: Context, line: number, prefix: string): Context {
  if (c.error === undefined) return c;
  return { ...c, error: { ...c.error, line, description: prefix + c.error.description } };
}

/** Joins the contexts at each break and continue with the one at the end of the loop's body. */
function joinLoop(end: Context, loop: RangeContext): Context {
  if (end.state === "stateError") return end;
  let c = end;
  for (const kind of ["break", "continue"] as const) {
    for (const left of loop.left) {
      if (left.node?.kind !== kind) continue;
      c = joinContexts(c, left, left.node, "range");
      if (c.state === "stateError") return withError(c, left.node.line, `at range loop ${kind}: `);
    }
  }
  return c;
}

const ESCAPER_OF: Readonly<Partial<Record<Context["state"], string>>> = {
  stateMetaContentURL: "urlfilter",
  stateJS: "jsvalescaper",
  stateJSDqStr: "jsstrescaper",
  stateJSSqStr: "jsstrescaper",
  stateJSTmplLit: "jstmpllitescaper",
  stateJSRegexp: "jsregexpescaper",
  stateCSS: "cssvaluefilter",
  stateText: "htmlescaper",
  stateRCDATA: "rcdataescaper",
  stateAttrName: "htmlnamefilter",
  stateTag: "htmlnamefilter",
  stateSrcset: "srcsetescaper",
};

/** The escapers a state asks for; undefined where it is not known which part of a URL this is. */
function stateEscapers(c: Context): string[] | undefined {
  const isCSSString = c.state === "stateCSSDqStr" || c.state === "stateCSSSqStr";
  const isCSSURL = c.state === "stateCSSDqURL" || c.state === "stateCSSSqURL" || c.state === "stateCSSURL";
  if (c.state === "stateURL" || isCSSString || isCSSURL) {
    if (c.urlPart === "urlPartUnknown") return undefined;
    if (c.urlPart === "urlPartQueryOrFrag") return ["_html_template_urlescaper"];
    const escapers = c.urlPart === "urlPartNone" ? ["_html_template_urlfilter"] : [];
    escapers.push(isCSSString ? "_html_template_cssescaper" : "_html_template_urlnormalizer");
    return escapers;
  }
  const name = isComment(c.state) ? "commentescaper" : ESCAPER_OF[c.state];
  return name === undefined ? [] : [`_html_template_${name}`];
}
