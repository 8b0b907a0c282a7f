import { stringKind, type Value } from "../value/values.ts";
import { Printer } from "./printer.ts";

/** fmt.Sprint: blanks between operands when neither is a string. */
export function sprint(args: readonly Value[]): string {
  const first = args[0];
  if (args.length === 1 && typeof first === "string") return first;
  const printer = new Printer();
  let previousString = false;
  args.forEach((arg, i) => {
    const isString = stringKind(arg) !== undefined;
    if (i > 0 && !isString && !previousString) printer.write(" ");
    printer.printArg(arg, "v");
    previousString = isString;
  });
  return printer.finish();
}

/** fmt.Sprintln */
export function sprintln(args: readonly Value[]): string {
  const printer = new Printer();
  args.forEach((arg, i) => {
    if (i > 0) printer.write(" ");
    printer.printArg(arg, "v");
  });
  printer.write("\n");
  return printer.finish();
}
