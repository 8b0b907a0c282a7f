import type { NumberNode, Operand } from "../parse/nodes.ts";
import { nodeText } from "../parse/print.ts";
import { assignable, FLOAT64, type GoType, INT, STRING } from "../value/types.ts";
import {
  GoComplex,
  GoList,
  GoNumber,
  GoPointer,
  GoString,
  integer,
  Slot,
  typeOf,
  type Value,
} from "../value/values.ts";
import type { Execution } from "./execution.ts";

/** Whether an untyped nil can stand for the type. */
export function canBeNil(type: GoType): boolean {
  return (
    type.kind === "interface" ||
    type.kind === "value" ||
    type.kind === "slice" ||
    type.kind === "map" ||
    type.kind === "ptr"
  );
}

export function zeroOf(type: GoType): Value {
  return type.kind === "slice" ? new GoList(type, [], true) : undefined;
}

/** Makes sure a value can be given as an argument of the type. */
export function validateType(s: Execution, value: Value, type: GoType): Value {
  if (value === undefined) return canBeNil(type) ? zeroOf(type) : s.error(`invalid value; expected ${type.name}`);
  if (type.kind === "value" || typeOf(value) === type) return value;
  if (type.kind === "interface") return value instanceof Slot ? value.inner : value;
  let given: Exclude<Value, undefined> = value;
  if (value instanceof Slot && value.inner !== undefined) given = value.inner;
  if (assignable(typeOf(given), type)) return given;
  if (given instanceof GoPointer && assignable(given.target.type, type)) return given.target;
  return s.error(`wrong type for value; expected ${type.name}; got ${typeOf(given).name}`);
}

function isHexInteger(text: string): boolean {
  return /^0[xX].*/.test(text) && text.length > 2 && !/[pP]/.test(text);
}

/** The value of a number where nothing tells its type: its syntax does. */
export function idealConstant(s: Execution, node: NumberNode): Value {
  s.node = node;
  if (node.complex !== undefined) return new GoComplex(...node.complex);
  const { text } = node;
  if (node.float !== undefined && !isHexInteger(text) && !text.startsWith("'") && /[.eEpP]/.test(text)) {
    return new GoNumber(FLOAT64, node.float);
  }
  if (node.int !== undefined) return integer(node.int);
  return node.uint === undefined ? undefined : s.error(`${text} overflows int`);
}

/** A literal as an argument of a given type. The caller has set the node. */
export function literalArgument(s: Execution, node: Operand, type: GoType): Value {
  switch (type.kind) {
    case "bool":
      return node.kind === "bool" ? node.value : s.error(`expected bool; found ${nodeText(node)}`);
    case "string":
      if (node.kind !== "string") return s.error(`expected string; found ${nodeText(node)}`);
      return type === STRING ? node.text : new GoString(type, node.text);
    case "int":
    case "int64":
    case "uint8": {
      if (node.kind !== "number" || node.int === undefined) return s.error(`expected integer; found ${nodeText(node)}`);
      const value = integer(node.int);
      return type === INT ? value : new GoNumber(type, value);
    }
    case "interface":
    case "value":
      if (node.kind === "number") return idealConstant(s, node);
      if (node.kind === "bool") return node.value;
      if (node.kind === "string") return node.text;
      return s.error(`can't handle assignment of ${nodeText(node)} to empty interface argument`);
    default:
      return s.error(`can't handle ${nodeText(node)} for arg of type ${type.name}`);
  }
}
