import { TemplateError } from "../error.ts";
import { quote } from "../fmt/quote.ts";
import type { Item, ItemType } from "./items.ts";
import { Lexer } from "./lexer.ts";
import {
  type ActionNode,
  type BranchNode,
  type CommandNode,
  isEmptyTree,
  type ListNode,
  type Node,
  type Operand,
  type PipeNode,
  type Source,
  type TemplateNode,
  type Tree,
  type VariableNode,
} from "./nodes.ts";
import { parseNumber } from "./number.ts";
import { nodeText } from "./print.ts";
import { TokenReader } from "./token-reader.ts";
import { unquoteString } from "./unquote.ts";

/** Go's limit on parentheses within parentheses. */
const MAX_EXPRESSION_DEPTH = 10_000;

/** What ends a list of nodes. */
type End = { readonly kind: "end" | "else"; readonly pos: number };

type TreeSet = Map<string, Tree>;

/**
 * Parses one tree: the top level of a text, or the body of a define or block in it, which shares the lexer. Written
 * after the grammar of Go's text/template/parse.
 */
class TreeParser extends TokenReader {
  private vars: string[] = ["$"];
  private rangeDepth = 0;
  private stackDepth = 0;

  constructor(
    source: Source,
    lexer: Lexer,
    private readonly functions: ReadonlySet<string>,
    private readonly trees: TreeSet,
  ) {
    super(source, lexer);
  }

  // Trees.

  parseTop(): void {
    const pos = this.peek().pos;
    const nodes: Node[] = [];
    while (this.peek().type !== "eof") {
      if (this.peek().type === "leftDelim") {
        const delim = this.next();
        if (this.nextNonSpace().type === "define") {
          this.nested().parseDefinition();
          continue;
        }
        this.backupBefore(delim);
      }
      const node = this.textOrAction();
      if (isEnd(node)) this.error(`unexpected {{${node.kind}}}`);
      nodes.push(node);
    }
    this.add(this.source.name, this.list(pos, nodes));
  }

  private nested(): TreeParser {
    return new TreeParser(this.source, this.lexer, this.functions, this.trees);
  }

  private parseDefinition(): void {
    const context = "define clause";
    const name = this.unquote(this.expect(context, "string", "rawString").val);
    this.expect(context, "rightDelim");
    this.parseBody(name, context);
  }

  private parseBody(name: string, context: string): void {
    const [root, end] = this.itemList();
    if (end.kind !== "end") this.error(`unexpected {{${end.kind}}} in ${context}`);
    this.add(name, root);
  }

  private add(name: string, root: ListNode): void {
    const old = this.trees.get(name);
    if (old === undefined || isEmptyTree(old.root)) this.trees.set(name, { name, source: this.source, root });
    else if (!isEmptyTree(root)) this.error(`template: multiple definition of template ${quote(name)}`);
  }

  private unquote(literal: string): string {
    return unquoteString(literal) ?? this.error("invalid syntax");
  }

  private list(pos: number, nodes: readonly Node[]): ListNode {
    return { kind: "list", pos, source: this.source, nodes };
  }

  private itemList(): [ListNode, End] {
    const pos = this.peekNonSpace().pos;
    const nodes: Node[] = [];
    while (this.peekNonSpace().type !== "eof") {
      const node = this.textOrAction();
      if (isEnd(node)) return [this.list(pos, nodes), node];
      nodes.push(node);
    }
    return this.error("unexpected EOF");
  }

  private textOrAction(): Node | End {
    const token = this.nextNonSpace();
    if (token.type === "text") return { kind: "text", pos: token.pos, source: this.source, text: token.val };
    if (token.type !== "leftDelim") return this.unexpected(token, "input");
    this.actionLine = token.line;
    const node = this.action();
    this.actionLine = 0;
    return node;
  }

  // Actions.

  private action(): Node | End {
    const token = this.nextNonSpace();
    switch (token.type) {
      case "block":
        return this.block();
      case "break":
      case "continue":
        return this.loopControl(token.type, token);
      case "else":
        return this.elseControl();
      case "end":
        return { kind: "end", pos: this.expect("end", "rightDelim").pos };
      case "if":
      case "range":
      case "with":
        return this.branch(token.type);
      case "template":
        return this.template();
    }
    this.backup();
    const { pos, line } = this.peek();
    const node: ActionNode = { kind: "action", pos, source: this.source, line, pipe: this.pipeline("command") };
    return node;
  }

  private loopControl(kind: "break" | "continue", { pos, line }: Item): Node {
    const token = this.nextNonSpace();
    if (token.type !== "rightDelim") this.unexpected(token, `{{${kind}}}`);
    if (this.rangeDepth === 0) this.error(`{{${kind}}} outside {{range}}`);
    return { kind, pos, source: this.source, line };
  }

  /** `{{else if` and `{{else with` leave the second word for the branch to take up. */
  private elseControl(): End {
    const peek = this.peekNonSpace();
    if (peek.type === "if" || peek.type === "with") return { kind: "else", pos: peek.pos };
    return { kind: "else", pos: this.expect("else", "rightDelim").pos };
  }

  private branch(kind: BranchNode["kind"]): BranchNode {
    const scope = this.vars.length;
    const pipe = this.pipeline(kind);
    if (kind === "range") this.rangeDepth++;
    const [list, end] = this.itemList();
    if (kind === "range") this.rangeDepth--;
    const elseList = end.kind === "else" ? this.elseList(kind, end) : undefined;
    this.vars.length = scope;
    return { kind, pos: pipe.pos, source: this.source, line: pipe.line, pipe, list, elseList };
  }

  private elseList(kind: BranchNode["kind"], end: End): ListNode {
    if (kind !== "range" && this.peek().type === kind) {
      this.next();
      return this.list(end.pos, [this.branch(kind)]);
    }
    const [list, last] = this.itemList();
    if (last.kind !== "end") this.error(`expected end; found {{${last.kind}}}`);
    return list;
  }

  private block(): TemplateNode {
    const context = "block clause";
    const token = this.nextNonSpace();
    const name = this.templateName(token, context);
    const pipe = this.pipeline(context);
    this.nested().parseBlockBody(name, (message) => this.error(message));
    return { kind: "template", pos: token.pos, source: this.source, line: token.line, name, pipe };
  }

  /** A block closed by an else is reported at the last token of the tree around it. */
  private parseBlockBody(name: string, outerError: (message: string) => never): void {
    const [root, end] = this.itemList();
    if (end.kind !== "end") outerError(`unexpected {{${end.kind}}} in block clause`);
    this.add(name, root);
  }

  private template(): TemplateNode {
    const context = "template clause";
    const token = this.nextNonSpace();
    const name = this.templateName(token, context);
    let pipe: PipeNode | undefined;
    if (this.nextNonSpace().type !== "rightDelim") {
      this.backup();
      pipe = this.pipeline(context);
    }
    return { kind: "template", pos: token.pos, source: this.source, line: token.line, name, pipe };
  }

  private templateName(token: Item, context: string): string {
    if (token.type !== "string" && token.type !== "rawString") this.unexpected(token, context);
    return this.unquote(token.val);
  }

  // Pipelines.

  private pipeline(context: string, end: ItemType = "rightDelim"): PipeNode {
    const { pos, line } = this.peekNonSpace();
    const decl: string[] = [];
    const isAssign = this.declarations(context, decl);
    const cmds: CommandNode[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_STARTS.has(token.type)) this.unexpected(token, context);
      this.backup();
      cmds.push(this.command());
    }
    this.checkPipeline(cmds, context);
    return { kind: "pipe", pos, source: this.source, line, isAssign, decl, cmds };
  }

  /** Reads `$x :=`, `$x =` or, for range, `$i, $x :=`. True for an assignment. */
  private declarations(context: string, decl: string[]): boolean {
    for (;;) {
      const variable = this.peekNonSpace();
      if (variable.type !== "variable") return false;
      this.next();
      // `$x foo` is an argument list: only the token after the space tells, so up to three are given back.
      const after = this.peek();
      const next = this.peekNonSpace();
      if (next.type === "assign" || next.type === "declare") {
        this.nextNonSpace();
        this.declare(variable.val, decl);
        return next.type === "assign";
      }
      if (next.type === "char" && next.val === ",") {
        this.nextNonSpace();
        this.declare(variable.val, decl);
        if (context !== "range" || decl.length >= 2) this.error(`too many declarations in ${context}`);
        const type = this.peekNonSpace().type;
        if (type === "variable" || type === "rightDelim" || type === "rightParen") continue;
        this.error("range can only initialize variables");
      }
      if (after.type === "space") this.backupBefore(after, variable);
      else this.backupBefore(variable);
      return false;
    }
  }

  private declare(name: string, decl: string[]): void {
    decl.push(name);
    this.vars.push(name);
  }

  private checkPipeline(cmds: readonly CommandNode[], context: string): void {
    if (cmds.length === 0) this.error(`missing value for ${context}`);
    cmds.forEach((cmd, i) => {
      if (i > 0 && NOT_EXECUTABLE.has((cmd.args[0] as Operand).kind)) {
        this.error(`non executable command in pipeline stage ${i + 1}`);
      }
    });
  }

  private command(): CommandNode {
    const pos = this.peekNonSpace().pos;
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const token = this.next();
      if (token.type === "space") continue;
      if (token.type === "rightDelim" || token.type === "rightParen") this.backup();
      else if (token.type !== "pipe") this.unexpected(token, "operand");
      break;
    }
    if (args.length === 0) this.error("empty command");
    return { kind: "command", pos, source: this.source, args };
  }

  private operand(): Operand | undefined {
    const node = this.term();
    if (node === undefined || this.peek().type !== "field") return node;
    const { pos } = this.peek();
    const fields: string[] = [];
    while (this.peek().type === "field") fields.push(this.next().val.slice(1));
    switch (node.kind) {
      case "field":
      case "variable":
        return { ...node, pos, ident: [...node.ident, ...fields] };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.error(`unexpected . after term ${quote(nodeText(node))}`);
      default:
        return { kind: "chain", pos, source: this.source, node, fields };
    }
  }

  private term(): Operand | undefined {
    const token = this.nextNonSpace();
    const at = { pos: token.pos, source: this.source };
    switch (token.type) {
      case "identifier":
        if (!this.functions.has(token.val)) this.error(`function ${quote(token.val)} not defined`);
        return { kind: "identifier", ...at, ident: token.val };
      case "dot":
        return { kind: "dot", ...at };
      case "nil":
        return { kind: "nil", ...at };
      case "variable":
        return this.useVariable({ kind: "variable", ...at, ident: [token.val] });
      case "field":
        return { kind: "field", ...at, ident: [token.val.slice(1)] };
      case "bool":
        return { kind: "bool", ...at, value: token.val === "true" };
      case "charConstant":
      case "complex":
      case "number": {
        const value = parseNumber(token.val, token.type);
        return typeof value === "string" ? this.error(value) : { kind: "number", ...at, text: token.val, ...value };
      }
      case "leftParen": {
        if (this.stackDepth >= MAX_EXPRESSION_DEPTH) this.error("max expression depth exceeded");
        this.stackDepth++;
        const pipe = this.pipeline("parenthesized pipeline", "rightParen");
        this.stackDepth--;
        return pipe;
      }
      case "string":
      case "rawString":
        return { kind: "string", ...at, quoted: token.val, text: this.unquote(token.val) };
    }
    this.backup();
    return undefined;
  }

  private useVariable(node: VariableNode): VariableNode {
    const name = node.ident[0] as string;
    return this.vars.includes(name) ? node : this.error(`undefined variable ${quote(name)}`);
  }
}

const OPERAND_STARTS: ReadonlySet<ItemType> = new Set<ItemType>([
  "bool",
  "charConstant",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "leftParen",
]);

/** Operands that cannot take the value of the command before them. */
const NOT_EXECUTABLE: ReadonlySet<Operand["kind"]> = new Set<Operand["kind"]>([
  "bool",
  "dot",
  "nil",
  "number",
  "string",
]);

function isEnd(node: Node | End): node is End {
  return node.kind === "end" || node.kind === "else";
}

/**
 * Parses a template text with all it defines.
 *
 * @param name its own name, which errors show; "" for an anonymous text
 * @param functions the names that may be called
 * @returns the trees by name, its own among them
 * @throws TemplateError in Go's words
 */
export function parseTrees(name: string, text: string, functions: ReadonlySet<string>): ReadonlyMap<string, Tree> {
  const trees: TreeSet = new Map();
  try {
    new TreeParser({ name, text }, new Lexer(text), functions, trees).parseTop();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError(`template: ${name}:1: max expression depth exceeded`);
    throw error;
  }
  return trees;
}
