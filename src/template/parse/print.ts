import { quote } from "../fmt/quote.ts";
import type { AnyNode, PipeNode } from "./nodes.ts";

/** Writes a node as Go's errors show it: `<.Alerts.Foo>`, `<{{template "x" .}}>`. */
export function nodeText(node: AnyNode): string {
  switch (node.kind) {
    case "list":
      return node.nodes.map(nodeText).join("");
    case "text":
      return node.text;
    case "action":
      return `{{${pipeText(node.pipe)}}}`;
    case "if":
    case "range":
    case "with": {
      const otherwise = node.elseList === undefined ? "" : `{{else}}${nodeText(node.elseList)}`;
      return `{{${node.kind} ${pipeText(node.pipe)}}}${nodeText(node.list)}${otherwise}{{end}}`;
    }
    case "template":
      return `{{template ${quote(node.name)}${node.pipe === undefined ? "" : ` ${pipeText(node.pipe)}`}}}`;
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
    case "pipe":
      return pipeText(node);
    case "command":
      return node.args.map((arg) => (arg.kind === "pipe" ? `(${pipeText(arg)})` : nodeText(arg))).join(" ");
    case "identifier":
      return node.ident;
    case "variable":
      return node.ident.join(".");
    case "field":
      return node.ident.map((name) => `.${name}`).join("");
    case "chain": {
      const inner = node.node.kind === "pipe" ? `(${pipeText(node.node)})` : nodeText(node.node);
      return inner + node.fields.map((name) => `.${name}`).join("");
    }
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "string":
      return node.quoted;
    case "number":
      return node.text;
  }
}

function pipeText(pipe: PipeNode): string {
  const decl = pipe.decl.length === 0 ? "" : `${pipe.decl.join(", ")} ${pipe.isAssign ? "=" : ":="} `;
  return decl + pipe.cmds.map(nodeText).join(" | ");
}
