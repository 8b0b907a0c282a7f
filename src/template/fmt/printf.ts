import { integerKind, typeOf, type Value } from "../value/values.ts";
import { noFlags } from "./flags.ts";
import { Printer } from "./printer.ts";

/** Go's limit on a width or precision. */
const MAX_WIDTH = 1_000_000;

/** Reads a format once from left to right, taking arguments as it goes. */
class FormatReader {
  private i = 0;
  private argNum = 0;
  private afterIndex = false;
  private reordered = false;
  private goodArgNum = true;
  private readonly printer = new Printer();

  constructor(
    private readonly format: string,
    private readonly args: readonly Value[],
  ) {}

  run(): string {
    const { format, printer } = this;
    while (this.i < format.length) {
      this.goodArgNum = true;
      const percent = format.indexOf("%", this.i);
      const end = percent < 0 ? format.length : percent;
      printer.write(format.slice(this.i, end));
      this.i = end;
      if (percent < 0) break;
      this.i++;
      if (!this.verb()) break;
    }
    this.extra();
    return printer.finish();
  }

  /** False when the format ended within the verb. */
  private verb(): boolean {
    const { format, printer, args } = this;
    const flags = noFlags();
    printer.flags = flags;
    for (; this.i < format.length; this.i++) {
      const c = format.charAt(this.i);
      if (c === "#") flags.sharp = true;
      else if (c === "0") flags.zero = true;
      else if (c === "+") flags.plus = true;
      else if (c === "-") flags.minus = true;
      else if (c === " ") flags.space = true;
      else break;
    }
    this.index();
    flags.width = this.width(flags);
    this.precision(flags);
    if (!this.afterIndex) this.index();
    if (this.i >= format.length) {
      printer.write("%!(NOVERB)");
      return false;
    }
    const verb = String.fromCodePoint(format.codePointAt(this.i) as number);
    this.i += verb.length;
    if (verb === "%") printer.write("%");
    else if (!this.goodArgNum) printer.write(`%!${verb}(BADINDEX)`);
    else if (this.argNum >= args.length) printer.write(`%!${verb}(MISSING)`);
    else {
      if (verb === "v" || verb === "w") {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      printer.printArg(args[this.argNum], verb);
      this.argNum++;
    }
    return true;
  }

  /** An explicit argument index such as `[2]`. */
  private index(): void {
    this.afterIndex = false;
    if (this.format.charAt(this.i) !== "[") return;
    this.reordered = true;
    const close = this.format.indexOf("]", this.i);
    if (close < 0 || this.format.length - this.i < 3) {
      this.goodArgNum = false;
      this.i++;
      return;
    }
    const text = this.format.slice(this.i + 1, close);
    this.i = close + 1;
    const number = /^\d+$/.test(text) && Number(text) <= MAX_WIDTH * 10 ? Number(text) - 1 : undefined;
    if (number !== undefined && number >= 0 && number < this.args.length) {
      this.argNum = number;
      this.afterIndex = true;
      return;
    }
    this.goodArgNum = false;
    this.afterIndex = number !== undefined;
  }

  private number(): number | undefined {
    const m = /^\d+/.exec(this.format.slice(this.i, this.i + 16));
    if (m === null) return undefined;
    const value = Number(m[0]);
    if (value > MAX_WIDTH * 10 + 9) {
      // Go gives up on such a number and on the rest of the format.
      this.i = this.format.length;
      return undefined;
    }
    this.i += m[0].length;
    return value;
  }

  /** The argument for a `*`. */
  private starArg(): number | undefined {
    const value = this.args[this.argNum];
    if (this.argNum < this.args.length) this.argNum++;
    const n = integerKind(value);
    return n === undefined || n > MAX_WIDTH || n < -MAX_WIDTH ? undefined : Number(n);
  }

  private width(flags: { minus: boolean; zero: boolean }): number | undefined {
    if (this.format.charAt(this.i) !== "*") {
      const width = this.number();
      if (this.afterIndex && width !== undefined) this.goodArgNum = false;
      return width;
    }
    this.i++;
    this.afterIndex = false;
    const width = this.starArg();
    if (width === undefined) this.printer.write("%!(BADWIDTH)");
    else if (width < 0) {
      flags.minus = true;
      flags.zero = false;
      return -width;
    }
    return width;
  }

  private precision(flags: { precision: number | undefined }): void {
    if (this.format.charAt(this.i) !== "." || this.i + 1 >= this.format.length) return;
    this.i++;
    if (this.afterIndex) this.goodArgNum = false;
    this.index();
    if (this.format.charAt(this.i) !== "*") {
      flags.precision = this.number() ?? 0;
      return;
    }
    this.i++;
    const precision = this.starArg();
    if (precision === undefined || precision < 0) this.printer.write("%!(BADPREC)");
    else flags.precision = precision;
    this.afterIndex = false;
  }

  /** Arguments that no verb took. */
  private extra(): void {
    const { printer } = this;
    if (this.reordered || this.argNum >= this.args.length) return;
    printer.flags = noFlags();
    printer.write("%!(EXTRA ");
    this.args.slice(this.argNum).forEach((arg, i) => {
      if (i > 0) printer.write(", ");
      if (arg === undefined) printer.write("<nil>");
      else {
        printer.write(`${typeOf(arg).name}=`);
        printer.printArg(arg, "v");
      }
    });
    printer.write(")");
  }
}

/** fmt.Sprintf */
export function sprintf(format: string, args: readonly Value[]): string {
  return new FormatReader(format, args).run();
}
