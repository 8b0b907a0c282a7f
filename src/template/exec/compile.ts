import { MAX_DEPTH } from "../bounds.ts";
import { quote } from "../fmt/quote.ts";
import { sprint } from "../fmt/sprint.ts";
import type { ActionNode, BranchNode, ListNode, Node, TemplateNode, Tree } from "../parse/nodes.ts";
import {
  GoList,
  GoMap,
  GoNumber,
  GoPointer,
  indirect,
  integerKind,
  isTrue,
  Slot,
  type Value,
} from "../value/values.ts";
import { compilePipe, type PipeEval } from "./compile-pipe.ts";
import type { CompiledTemplate, Execution } from "./execution.ts";

/** How a node ended. */
type Signal = 0 | 1 | 2;
const GO_ON = 0;
const BREAK = 1;
const CONTINUE = 2;

type Step = (s: Execution, dot: Value) => Signal;

/** Compiles a tree into functions. */
export function compileTree(tree: Tree): CompiledTemplate {
  let list: Step | undefined;
  return {
    name: tree.name,
    source: tree.source,
    run(s, dot) {
      list ??= compileList(tree.root);
      list(s, dot);
    },
  };
}

function compileList(list: ListNode): Step {
  const steps = list.nodes.map(compileNode);
  return (s, dot) => {
    for (const step of steps) {
      const signal = step(s, dot);
      if (signal !== GO_ON) return signal;
    }
    return GO_ON;
  };
}

function compileNode(node: Node): Step {
  switch (node.kind) {
    case "text": {
      const { text } = node;
      return (s) => {
        s.write(text);
        return GO_ON;
      };
    }
    case "action":
      return compileAction(node);
    case "if":
    case "with":
      return compileIfOrWith(node, node.kind === "with");
    case "range":
      return compileRange(node);
    case "template":
      return compileTemplate(node);
    case "break":
      return () => BREAK;
    case "continue":
      return () => CONTINUE;
    case "list":
      return compileList(node);
  }
}

function compileAction(node: ActionNode): Step {
  const pipe = compilePipe(node.pipe);
  const prints = node.pipe.decl.length === 0;
  return (s, dot) => {
    s.step();
    s.node = node;
    const value = pipe(s, dot);
    if (!prints) return GO_ON;
    s.node = node;
    if (typeof value === "string") s.write(value);
    else s.write(printed(s, value));
    return GO_ON;
  };
}

function printed(s: Execution, value: Value): string {
  if (value === undefined) return "<no value>";
  try {
    return sprint([value instanceof GoPointer ? value.target : value]);
  } catch (error) {
    return s.error((error as Error).message);
  }
}

function compileIfOrWith(node: BranchNode, isWith: boolean): Step {
  const pipe = compilePipe(node.pipe);
  const list = compileList(node.list);
  const elseList = node.elseList === undefined ? undefined : compileList(node.elseList);
  return (s, dot) => {
    s.step();
    s.node = node;
    const mark = s.names.length;
    const value = pipe(s, dot);
    let signal: Signal = GO_ON;
    if (isTrue(value)) signal = list(s, isWith ? value : dot);
    else if (elseList !== undefined) signal = elseList(s, dot);
    s.pop(mark);
    return signal;
  };
}

/** Runs the body for one element. False to stop. */
type Turn = (s: Execution, index: Value, element: Value) => boolean;

function compileTurn(node: BranchNode): Turn {
  const list = compileList(node.list);
  const { decl, isAssign } = node.pipe;
  const [first, second] = decl;
  return (s, index, element) => {
    s.step();
    const mark = s.names.length;
    if (isAssign) {
      if (second === undefined) s.set(first as string, element);
      else {
        s.set(first as string, index);
        s.set(second, element);
      }
    } else {
      if (first !== undefined) s.setTop(1, element);
      if (second !== undefined) s.setTop(2, index);
    }
    const signal = list(s, element);
    s.pop(mark);
    return signal !== BREAK;
  };
}

function compileRange(node: BranchNode): Step {
  const pipe = compilePipe(node.pipe);
  const turn = compileTurn(node);
  const elseList = node.elseList === undefined ? undefined : compileList(node.elseList);
  return (s, dot) => {
    s.step();
    s.node = node;
    const mark = s.names.length;
    const value = indirect(pipe(s, dot));
    let signal: Signal = GO_ON;
    if (!iterate(s, node, value, turn) && elseList !== undefined) signal = elseList(s, dot);
    s.pop(mark);
    return signal;
  };
}

/** Runs the turns. False when there was nothing to iterate over. */
function iterate(s: Execution, node: BranchNode, value: Value, turn: Turn): boolean {
  if (value === undefined) return false;
  if (value instanceof GoList) {
    const boxed = value.type.elem?.kind === "interface";
    for (let i = 0; i < value.items.length; i++) {
      const item = value.items[i];
      if (!turn(s, i, boxed ? box(item) : item)) break;
    }
    return value.items.length > 0;
  }
  if (value instanceof GoMap) {
    const boxed = value.type.elem?.kind === "interface";
    for (const key of value.keys) {
      const item = value.get(key);
      if (!turn(s, key, boxed ? box(item) : item)) break;
    }
    return value.keys.length > 0;
  }
  const count = integerKind(value);
  if (count === undefined) return s.error(`range can't iterate over ${printed(s, value)}`);
  if (node.pipe.decl.length > 1) {
    return s.error(`can't use ${printed(s, value)} to iterate over more than one variable`);
  }
  for (let i = 0; i < count; i++) {
    if (!turn(s, undefined, value instanceof GoNumber ? new GoNumber(value.type, i) : i)) break;
  }
  return count > 0;
}

function box(item: Value): Slot {
  return item instanceof Slot ? item : new Slot(item);
}

function compileTemplate(node: TemplateNode): Step {
  const pipe: PipeEval | undefined = node.pipe === undefined ? undefined : compilePipe(node.pipe);
  return (s, dot) => {
    s.step();
    s.node = node;
    const template = s.environment.lookup(node.name);
    if (template === undefined) return s.error(`template ${quote(node.name)} not defined`);
    s.lastCall = node;
    if (s.depth === MAX_DEPTH) s.tooDeep();
    const value = pipe?.(s, dot);
    call(s, template, value);
    return GO_ON;
  };
}

/** Runs a template with variables of its own. */
function call(s: Execution, template: CompiledTemplate, dot: Value): void {
  const { names, values, template: caller } = s;
  s.names = ["$"];
  s.values = [dot];
  s.template = template;
  s.depth++;
  template.run(s, dot);
  s.depth--;
  s.names = names;
  s.values = values;
  s.template = caller;
}
