import { LARGE, MAX_OUTPUT, OutputTooLarge } from "../bounds.ts";
import { alertmanagerFunctions } from "../funcs/alertmanager.ts";
import { builtinFunctions } from "../funcs/builtins.ts";
import { htmlFunctions } from "../html/functions.ts";
import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Operand,
  PipeNode,
  VariableNode,
} from "../parse/nodes.ts";
import { nodeText } from "../parse/print.ts";
import { GoList, typeOf, isTrue, Slot, stringKind, type Value } from "../value/values.ts";
import { REFLECT_VALUE } from "../value/types.ts";
import { canBeNil, idealConstant, literalArgument, validateType, zeroOf } from "./arguments.ts";
import { type ArgumentEval, evalArguments, failCall, type Final, MISSING } from "./call.ts";
import type { Execution } from "./execution.ts";
import { evalField } from "./field.ts";
import type { GoFunction } from "./function.ts";

/** Evaluates a pipeline. */
export type PipeEval = (s: Execution, dot: Value) => Value;

type CommandEval = (s: Execution, dot: Value, final: Final) => Value;

const NO_ARGUMENTS: readonly ArgumentEval[] = [];

/** Turns a pipeline into a function, so that running it walks no tree. */
export function compilePipe(pipe: PipeNode): PipeEval {
  const commands = pipe.cmds.map(compileCommand);
  const { decl, isAssign } = pipe;
  const single = commands.length === 1 ? commands[0] : undefined;
  if (single !== undefined && decl.length === 0) {
    return (s, dot) => {
      s.node = pipe;
      const value = single(s, dot, MISSING);
      return value instanceof Slot ? value.inner : value;
    };
  }
  return (s, dot) => {
    s.node = pipe;
    let final: Final = MISSING;
    for (const command of commands) {
      const value: Value = command(s, dot, final);
      final = value instanceof Slot ? value.inner : value;
    }
    const value = final as Value;
    for (const name of decl) {
      if (isAssign) s.set(name, value);
      else s.push(name, value);
    }
    return value;
  };
}

function notAFunction(s: Execution, command: CommandNode, final: Final): void {
  if (command.args.length > 1 || final !== MISSING) {
    s.error(`can't give argument to non-function ${nodeText(command.args[0] as Operand)}`);
  }
}

function compileCommand(command: CommandNode): CommandEval {
  const [first, ...rest] = command.args as [Operand, ...Operand[]];
  const args = rest.map(compileArgument);
  switch (first.kind) {
    case "field":
      return compileField(first, args);
    case "chain":
      return compileChain(first, args);
    case "identifier":
      return compileCall(first, command, rest, args);
    case "pipe": {
      const pipe = compilePipe(first);
      return (s, dot, final) => {
        notAFunction(s, command, final);
        return pipe(s, dot);
      };
    }
    case "variable":
      return compileVariable(first, command, args);
  }
  return (s, dot, final) => {
    s.node = first;
    notAFunction(s, command, final);
    switch (first.kind) {
      case "bool":
        return first.value;
      case "dot":
        return dot;
      case "number":
        return idealConstant(s, first);
      case "string":
        return first.text;
      case "nil":
        return s.error("nil is not a command");
    }
  };
}

/** Follows `.A.B.C`; the last one gets the arguments. */
function evalChain(
  s: Execution,
  dot: Value,
  receiver: Value,
  node: FieldNode | VariableNode | ChainNode,
  names: readonly string[],
  from: number,
  args: readonly ArgumentEval[],
  final: Final,
): Value {
  let value = receiver;
  const last = names.length - 1;
  for (let i = from; i < last; i++) value = evalField(s, dot, names[i] as string, node, NO_ARGUMENTS, MISSING, value);
  return evalField(s, dot, names[last] as string, node, args, final, value);
}

function compileField(node: FieldNode, args: readonly ArgumentEval[]): CommandEval {
  const { ident } = node;
  const single = ident.length === 1 ? (ident[0] as string) : undefined;
  if (single !== undefined) {
    return (s, dot, final) => {
      s.node = node;
      return evalField(s, dot, single, node, args, final, dot);
    };
  }
  return (s, dot, final) => {
    s.node = node;
    return evalChain(s, dot, dot, node, ident, 0, args, final);
  };
}

function compileVariable(
  node: VariableNode,
  command: CommandNode | undefined,
  args: readonly ArgumentEval[],
): CommandEval {
  const { ident } = node;
  const name = ident[0] as string;
  if (ident.length > 1) {
    return (s, dot, final) => {
      s.node = node;
      return evalChain(s, dot, s.get(name), node, ident, 1, args, final);
    };
  }
  return (s, _dot, final) => {
    s.node = node;
    const value = s.get(name);
    if (command !== undefined) notAFunction(s, command, final);
    return value;
  };
}

function compileChain(node: ChainNode, args: readonly ArgumentEval[]): CommandEval {
  const inner = compileArgument(node.node);
  return (s, dot, final) => {
    s.node = node;
    if (node.node.kind === "nil") s.error(`indirection through explicit nil in ${nodeText(node)}`);
    const receiver = inner(s, dot, REFLECT_VALUE);
    return evalChain(s, dot, receiver, node, node.fields, 0, args, final);
  };
}

function functionOf(name: string): GoFunction | undefined {
  return htmlFunctions.get(name) ?? alertmanagerFunctions.get(name) ?? builtinFunctions.get(name);
}

function compileCall(
  node: IdentifierNode,
  at: CommandNode | IdentifierNode,
  operands: readonly Operand[],
  args: readonly ArgumentEval[],
): CommandEval {
  const name = node.ident;
  if (name === "and" || name === "or") return compileAndOr(node, args, name === "or");
  if (name === "call") return compileCallOf(node, at, operands, args);
  const fn = functionOf(name);
  if (fn === undefined) {
    return (s) => {
      s.node = node;
      return s.error(`"${name}" is not a defined function`);
    };
  }
  return (s, dot, final) => {
    s.node = node;
    const values = evalArguments(s, dot, fn, name, args, final);
    for (const value of values) chargeFor(s, value);
    try {
      const result = fn.call(values, s);
      if (typeof result === "string" && result.length >= LARGE) {
        chargeFor(s, result);
        if (result.length > MAX_OUTPUT) throw new OutputTooLarge();
      }
      return result;
    } catch (error) {
      return failCall(s, at, name, error);
    }
  };
}

function chargeFor(s: Execution, value: Value): void {
  if (typeof value === "string") s.charge(value.length);
  else if (value instanceof GoList) s.charge(value.items.length);
}

const LOGIC = { params: [REFLECT_VALUE], variadic: REFLECT_VALUE };

/** `and` and `or` evaluate no more arguments than they need. */
function compileAndOr(node: IdentifierNode, args: readonly ArgumentEval[], isOr: boolean): CommandEval {
  return (s, dot, final) => {
    s.node = node;
    if (args.length === 0 && final === MISSING) evalArguments(s, dot, LOGIC, node.ident, args, final);
    let value: Value;
    for (const arg of args) {
      value = arg(s, dot, REFLECT_VALUE);
      if (isTrue(value) === isOr) return value;
    }
    return final === MISSING ? value : final;
  };
}

/** No value of ours is a function, so `call` can only say what it was given instead. */
function compileCallOf(
  node: IdentifierNode,
  at: CommandNode | IdentifierNode,
  operands: readonly Operand[],
  args: readonly ArgumentEval[],
): CommandEval {
  return (s, dot, final) => {
    s.node = node;
    const [callee] = evalArguments(s, dot, LOGIC, node.ident, args, final);
    s.node = at;
    const inner = callee instanceof Slot ? callee.inner : callee;
    if (inner === undefined) return s.error("error calling call: call of nil");
    const first = operands[0];
    const type = typeOf(inner).name;
    const name = first === undefined ? (stringKind(inner) ?? `<${type} Value>`) : nodeText(first);
    return s.error(`error calling call: non-function ${name} of type ${type}`);
  };
}

function compileArgument(node: Operand): ArgumentEval {
  const evaluate = compileOperand(node);
  if (evaluate !== undefined) {
    return (s, dot, type) => {
      s.node = node;
      const value = evaluate(s, dot, MISSING);
      return validateType(s, value, type);
    };
  }
  switch (node.kind) {
    case "dot":
      return (s, dot, type) => {
        s.node = node;
        return validateType(s, dot, type);
      };
    case "nil":
      return (s, _dot, type) => {
        s.node = node;
        return canBeNil(type) ? zeroOf(type) : s.error(`cannot assign nil to ${type.name}`);
      };
    default:
      return (s, _dot, type) => {
        s.node = node;
        return literalArgument(s, node, type);
      };
  }
}

/** Undefined for a literal, the dot and nil. */
function compileOperand(node: Operand): CommandEval | undefined {
  switch (node.kind) {
    case "field":
      return compileField(node, NO_ARGUMENTS);
    case "variable":
      return compileVariable(node, undefined, NO_ARGUMENTS);
    case "pipe":
      return compilePipe(node);
    case "identifier":
      return compileCall(node, node, [], NO_ARGUMENTS);
    case "chain":
      return compileChain(node, NO_ARGUMENTS);
    default:
      return undefined;
  }
}
