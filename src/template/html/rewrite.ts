import type { ActionNode, CommandNode, ListNode, Node, PipeNode, Tree } from "../parse/nodes.ts";
import { type Edits, PREDEFINED } from "./escaper.ts";

/** Escapers that do as much as one a template may name itself. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  _html_template_attrescaper: "html",
  _html_template_htmlescaper: "html",
  _html_template_rcdataescaper: "html",
  _html_template_urlescaper: "urlquery",
  _html_template_urlnormalizer: "urlquery",
};

/** Escapers with nothing left to do after another. */
const REDUNDANT: Readonly<Record<string, readonly string[]>> = {
  _html_template_commentescaper: ["_html_template_attrescaper", "_html_template_htmlescaper"],
  _html_template_cssescaper: ["_html_template_attrescaper"],
  _html_template_jsregexpescaper: ["_html_template_attrescaper"],
  _html_template_jsstrescaper: ["_html_template_attrescaper"],
  _html_template_jstmpllitescaper: ["_html_template_attrescaper"],
  _html_template_urlescaper: ["_html_template_urlnormalizer"],
};

function normal(escaper: string): string {
  return EQUIVALENT[escaper] ?? escaper;
}

function functionOf(command: CommandNode | undefined): string | undefined {
  const first = command?.args[0];
  return first?.kind === "identifier" ? first.ident : undefined;
}

function commandOf(ident: string, pos: number): CommandNode {
  return { kind: "command", pos: 0, source: undefined, args: [{ kind: "identifier", pos, source: undefined, ident }] };
}

function append(cmds: readonly CommandNode[], command: CommandNode): readonly CommandNode[] {
  const last = functionOf(cmds.at(-1));
  const next = functionOf(command);
  if (last !== undefined && next !== undefined && REDUNDANT[last]?.includes(next) === true) return cmds;
  return [...cmds, command];
}

/** Ends a pipeline with escapers, merging one that the template has put there itself. */
function escapePipe(pipe: PipeNode, wanted: readonly string[]): PipeNode {
  if (wanted.length === 0) return pipe;
  let cmds = pipe.cmds;
  let escapers = wanted;
  const last = cmds.at(-1) as CommandNode;
  const own = functionOf(last);
  if (own !== undefined && PREDEFINED.has(own)) {
    if (cmds.length === 1 && last.args.length > 1) {
      // `html a b` becomes `_eval_args_ a b | html`.
      const at = last.args[0];
      const evaluate = { kind: "identifier" as const, pos: at?.pos ?? 0, source: undefined, ident: "_eval_args_" };
      cmds = append([{ ...last, args: [evaluate, ...last.args.slice(1)] }], commandOf(own, pipe.pos));
    }
    if (escapers.some((escaper) => normal(escaper) === normal(own))) {
      escapers = escapers.map((escaper) => (normal(escaper) === normal(own) ? own : escaper));
      cmds = cmds.slice(0, -1);
    }
  }
  const present = new Set(cmds.map((command) => normal(functionOf(command) ?? "")));
  for (const escaper of escapers) {
    if (!present.has(normal(escaper))) cmds = append(cmds, commandOf(escaper, pipe.pos));
  }
  return { ...pipe, cmds };
}

function rewriteNode(node: Node, edits: Edits): Node {
  switch (node.kind) {
    case "action":
      return rewriteAction(node, edits);
    case "text": {
      const text = edits.texts.get(node);
      return text === undefined ? node : { ...node, text };
    }
    case "template": {
      const name = edits.templates.get(node);
      return name === undefined ? node : { ...node, name };
    }
    case "if":
    case "range":
    case "with":
      return {
        ...node,
        list: rewriteList(node.list, edits),
        elseList: node.elseList === undefined ? undefined : rewriteList(node.elseList, edits),
      };
    case "list":
      return rewriteList(node, edits);
    default:
      return node;
  }
}

function rewriteAction(node: ActionNode, edits: Edits): ActionNode {
  const escapers = edits.actions.get(node);
  return escapers === undefined ? node : { ...node, pipe: escapePipe(node.pipe, escapers) };
}

function rewriteList(list: ListNode, edits: Edits): ListNode {
  return { ...list, nodes: list.nodes.map((node) => rewriteNode(node, edits)) };
}

/** The template with the edits made. */
export function rewriteTree(tree: Tree, edits: Edits): Tree {
  return { ...tree, root: rewriteList(tree.root, edits) };
}
