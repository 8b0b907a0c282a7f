import { OutputTooLarge } from "../bounds.ts";
import type { AnyNode } from "../parse/nodes.ts";
import type { GoType } from "../value/types.ts";
import type { Value } from "../value/values.ts";
import { validateType } from "./arguments.ts";
import { CallError, type Execution } from "./execution.ts";
import type { GoFunction } from "./function.ts";

/** Stands for "no value comes down the pipeline". */
export const MISSING: unique symbol = Symbol("missing");
export type Final = Value | typeof MISSING;

/** Evaluates an argument to a value of a type. */
export type ArgumentEval = (s: Execution, dot: Value, type: GoType) => Value;

type Signature = Pick<GoFunction, "params" | "variadic" | "invalid">;

/** Evaluates the arguments of a call; the pipeline's value comes last. */
export function evalArguments(
  s: Execution,
  dot: Value,
  fn: Signature,
  name: string,
  args: readonly ArgumentEval[],
  final: Final,
): Value[] {
  const { params, variadic } = fn;
  const given = args.length + (final === MISSING ? 0 : 1);
  if (variadic !== undefined) {
    if (given < params.length) {
      s.error(`wrong number of args for ${name}: want at least ${params.length} got ${args.length}`);
    }
  } else if (given !== params.length) {
    s.error(`wrong number of args for ${name}: want ${params.length} got ${given}`);
  }
  if (fn.invalid !== undefined) s.error(fn.invalid.replace("%s", name));
  const values: Value[] = [];
  for (let i = 0; i < args.length; i++) {
    values.push((args[i] as ArgumentEval)(s, dot, (params[i] ?? variadic) as GoType));
  }
  if (final !== MISSING) values.push(validateType(s, final, (params[args.length] ?? variadic) as GoType));
  return values;
}

/** Turns what a function throws into the error of the template, at the node of the call. */
export function failCall(s: Execution, node: AnyNode, name: string, error: unknown): never {
  if (error instanceof CallError || error instanceof OutputTooLarge) {
    s.node = node;
    return s.error(`error calling ${name}: ${error.message}`);
  }
  throw error;
}
