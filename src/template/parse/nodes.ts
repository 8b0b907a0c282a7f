/** The text a node was parsed from: what an error's position refers to. */
export interface Source {
  /** Name of the template that was being parsed, "" for an anonymous one. */
  readonly name: string;
  readonly text: string;
}

interface At {
  /** Index in `source.text`, in UTF-16 units. */
  readonly pos: number;
  /** Absent for what the HTML escaper adds. */
  readonly source: Source | undefined;
}

export interface ListNode extends At {
  readonly kind: "list";
  readonly nodes: readonly Node[];
}
export interface TextNode extends At {
  readonly kind: "text";
  readonly text: string;
}
export interface ActionNode extends At {
  readonly kind: "action";
  readonly line: number;
  readonly pipe: PipeNode;
}
export interface BranchNode extends At {
  readonly kind: "if" | "range" | "with";
  readonly line: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface TemplateNode extends At {
  readonly kind: "template";
  readonly line: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export interface LoopNode extends At {
  readonly kind: "break" | "continue";
  readonly line: number;
}
export interface PipeNode extends At {
  readonly kind: "pipe";
  readonly line: number;
  readonly isAssign: boolean;
  /** Variables declared or assigned, with their `$`. */
  readonly decl: readonly string[];
  readonly cmds: readonly CommandNode[];
}
export interface CommandNode extends At {
  readonly kind: "command";
  readonly args: readonly Operand[];
}
export interface IdentifierNode extends At {
  readonly kind: "identifier";
  readonly ident: string;
}
export interface VariableNode extends At {
  readonly kind: "variable";
  /** The variable with its `$`, then fields. */
  readonly ident: readonly string[];
}
export interface FieldNode extends At {
  readonly kind: "field";
  readonly ident: readonly string[];
}
export interface ChainNode extends At {
  readonly kind: "chain";
  readonly node: Operand;
  readonly fields: readonly string[];
}
export interface DotNode extends At {
  readonly kind: "dot";
}
export interface NilNode extends At {
  readonly kind: "nil";
}
export interface BoolNode extends At {
  readonly kind: "bool";
  readonly value: boolean;
}
export interface StringNode extends At {
  readonly kind: "string";
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly text: string;
}
export interface NumberNode extends At {
  readonly kind: "number";
  /** As written. */
  readonly text: string;
  /** The value as each of Go's types that can hold it exactly enough; at least one is present. */
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: readonly [re: number, im: number] | undefined;
}

export type Operand =
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | DotNode
  | NilNode
  | BoolNode
  | StringNode
  | NumberNode
  | PipeNode;

export type Node = TextNode | ActionNode | BranchNode | TemplateNode | LoopNode | ListNode;

/** Anything that can be where an error happened. */
export type AnyNode = Node | Operand | CommandNode;

/** One template of a parse: its name, its content, where it was written. */
export interface Tree {
  readonly name: string;
  readonly source: Source;
  readonly root: ListNode;
}

/** Whether a template holds nothing but space: such a definition never replaces another. */
export function isEmptyTree(node: Node): boolean {
  if (node.kind === "list") return node.nodes.every(isEmptyTree);
  return node.kind === "text" && node.text.trim() === "";
}
