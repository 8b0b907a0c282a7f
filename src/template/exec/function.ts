import type { GoType } from "../value/types.ts";
import type { Value } from "../value/values.ts";
import type { Execution } from "./execution.ts";

/** A function or method that templates can call, with its Go signature. */
export interface GoFunction {
  readonly params: readonly GoType[];
  /** Type of each argument past `params`, for a variadic function. */
  readonly variadic?: GoType;
  /** Why Go refuses to call it: its results are not one value, or a value and an error. */
  readonly invalid?: string;
  /**
   * @param args of the types of the parameters; a nil interface is undefined
   * @throws CallError for what Go returns as an error or panics with
   */
  call(args: readonly Value[], execution: Execution): Value;
}

/** A method: its arguments follow the receiver. */
export interface GoMethod extends Omit<GoFunction, "call"> {
  call(receiver: Value, args: readonly Value[]): Value;
}
