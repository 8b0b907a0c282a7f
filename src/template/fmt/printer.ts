import { MAX_OUTPUT, OutputTooLarge } from "../bounds.ts";
import { rejoin } from "../gostring.ts";
import { UTC_LOCATION } from "../time/location.ts";
import { type Field, type GoType, INT64, UINT64, UINT8 } from "../value/types.ts";
import {
  type GoComplex,
  GoList,
  GoLocation,
  GoMap,
  GoNumber,
  GoPointer,
  GoString,
  GoStruct,
  GoTime,
  Slot,
  typeOf,
  type Value,
} from "../value/values.ts";
import { type Flags, noFlags, pad } from "./flags.ts";
import { formatFloatVerb, formatInteger, formatQuotedRune, formatRune, formatUnicode } from "./number.ts";
import { goStringerText, stringerText } from "./stringer.ts";
import { formatHex, formatQuoted, formatString } from "./text.ts";

/** Verbs that take the text of a value with a String method. */
const STRING_VERBS = "vsxXq";
const FLOAT_VERBS = "bgGxXfFeE";

/** Writes values the way Go's package fmt does. */
export class Printer {
  private out = "";
  flags: Flags = noFlags();
  /** Inside `%!verb(type=value)` no methods are asked. */
  private erroring = false;

  write(text: string): void {
    this.out += text;
    if (this.out.length > MAX_OUTPUT) throw new OutputTooLarge();
  }

  finish(): string {
    return rejoin(this.out);
  }

  /** Prints an argument: nil prints as `<nil>`. */
  printArg(arg: Value, verb: string): void {
    if (arg === undefined) {
      if (verb === "T" || verb === "v") this.write(pad(this.flags, "<nil>"));
      else this.badVerb(undefined, verb);
      return;
    }
    if (verb === "T") {
      this.write(formatString(this.flags, typeOf(arg).name));
      return;
    }
    if (verb === "p") {
      this.printPointer(arg, verb);
      return;
    }
    if (typeof arg === "object" && this.handleMethods(arg, verb)) return;
    this.printValue(arg, verb, 0);
  }

  private handleMethods(arg: Exclude<Value, undefined>, verb: string): boolean {
    if (this.erroring) return false;
    if (verb === "w") {
      this.badVerb(arg, verb);
      return true;
    }
    if (this.flags.sharpV) {
      const text = goStringerText(arg);
      if (text === undefined) return false;
      this.write(formatString(this.flags, text));
      return true;
    }
    if (!STRING_VERBS.includes(verb)) return false;
    const text = stringerText(arg);
    if (text === undefined) return false;
    this.printString(text, text, verb);
    return true;
  }

  private badVerb(value: Value, verb: string): void {
    const nested = this.erroring;
    this.erroring = true;
    if (value === undefined) this.write(`%!${verb}(<nil>)`);
    else {
      this.write(`%!${verb}(${typeOf(value).name}=`);
      this.printValue(value, "v", 0);
      this.write(")");
    }
    this.erroring = nested;
  }

  private printValue(value: Value, verb: string, depth: number): void {
    if (depth > 0 && typeof value === "object" && !(value instanceof Slot) && this.handleMethods(value, verb)) return;
    switch (typeof value) {
      case "string":
        this.printString(value, value, verb);
        return;
      case "number":
      case "bigint":
        this.printInteger(value, value, verb, true);
        return;
      case "boolean":
        if (verb === "t" || verb === "v") this.write(pad(this.flags, String(value)));
        else this.badVerb(value, verb);
        return;
      case "undefined":
        if (this.flags.sharpV) this.write("interface {}(nil)");
        else this.write("<nil>");
        return;
    }
    this.printObject(value, verb, depth);
  }

  private printObject(
    value: Exclude<Value, undefined | string | number | bigint | boolean>,
    verb: string,
    depth: number,
  ): void {
    if (value instanceof GoString) this.printString(value.text, value, verb);
    else if (value instanceof GoNumber) this.printNumber(value, verb);
    else if (value instanceof GoMap) this.printMap(value, verb, depth);
    else if (value instanceof GoList) this.printList(value, verb, depth);
    else if (value instanceof GoStruct) this.printStruct(value.type, value.values, verb, depth);
    else if (value instanceof GoTime) this.printStruct(value.type, rawTime(value), verb, depth);
    else if (value instanceof Slot) this.printValue(value.inner, verb, depth + 1);
    else if (value instanceof GoPointer && depth === 0) {
      this.write("&");
      this.printValue(value.target, verb, depth + 1);
    } else if (value instanceof GoPointer || value instanceof GoLocation) this.printPointer(value, verb);
    else this.printComplex(value, verb);
  }

  private printString(text: string, value: Value, verb: string): void {
    if (verb === "s" || (verb === "v" && !this.flags.sharpV)) this.write(formatString(this.flags, text));
    else if (verb === "v" || verb === "q") this.write(formatQuoted(this.flags, text));
    else if (verb === "x" || verb === "X") this.write(formatHex(this.flags, text, verb === "X"));
    else this.badVerb(value, verb);
  }

  private printInteger(n: number | bigint, value: Value, verb: string, signed: boolean): void {
    switch (verb) {
      case "v":
        if (this.flags.sharpV && !signed) this.write(formatInteger({ ...this.flags, sharp: true }, n, 16, verb));
        else this.write(formatInteger(this.flags, n, 10, verb));
        return;
      case "d":
        this.write(formatInteger(this.flags, n, 10, verb));
        return;
      case "b":
        this.write(formatInteger(this.flags, n, 2, verb));
        return;
      case "o":
      case "O":
        this.write(formatInteger(this.flags, n, 8, verb));
        return;
      case "x":
      case "X":
        this.write(formatInteger(this.flags, n, 16, verb));
        return;
      case "c":
        this.write(formatRune(this.flags, n));
        return;
      case "q":
        this.write(formatQuotedRune(this.flags, n));
        return;
      case "U":
        this.write(formatUnicode(this.flags, n));
        return;
      default:
        this.badVerb(value, verb);
    }
  }

  private printNumber(value: GoNumber, verb: string): void {
    if (value.type.kind !== "float64")
      this.printInteger(value.value, value, verb, value.type !== UINT8 && value.type !== UINT64);
    else if (verb === "v" || FLOAT_VERBS.includes(verb)) this.write(this.float(Number(value.value), verb));
    else this.badVerb(value, verb);
  }

  private float(n: number, verb: string): string {
    if (verb === "v") return formatFloatVerb(this.flags, n, "g", -1);
    if ("feE".includes(verb)) return formatFloatVerb(this.flags, n, verb, 6);
    return verb === "F" ? formatFloatVerb(this.flags, n, "f", 6) : formatFloatVerb(this.flags, n, verb, -1);
  }

  private printComplex(value: GoComplex, verb: string): void {
    if (verb !== "v" && !FLOAT_VERBS.includes(verb)) {
      this.badVerb(value, verb);
      return;
    }
    const { plus } = this.flags;
    this.write(`(${this.float(value.re, verb)}`);
    this.flags.plus = true;
    this.write(`${this.float(value.im, verb)}i)`);
    this.flags.plus = plus;
  }

  private printMap(map: GoMap, verb: string, depth: number): void {
    const { sharpV } = this.flags;
    if (sharpV && map.isNil) {
      this.write(`${map.type.name}(nil)`);
      return;
    }
    this.write(sharpV ? `${map.type.name}{` : "map[");
    map.keys.forEach((key, i) => {
      if (i > 0) this.write(sharpV ? ", " : " ");
      this.printValue(key, verb, depth + 1);
      this.write(":");
      this.printElement(map.get(key), verb, depth + 1);
    });
    this.write(sharpV ? "}" : "]");
  }

  /** An element of type `any` is one level deeper than the interface that holds it. */
  private printElement(value: Value, verb: string, depth: number): void {
    if (value === undefined && verb !== "v") this.write("<nil>");
    else this.printValue(value, verb, depth);
  }

  private printList(list: GoList, verb: string, depth: number): void {
    const { sharpV } = this.flags;
    const isBytes = list.type.elem === UINT8;
    if (isBytes && (("sqxX".includes(verb) && verb !== "") || sharpV)) {
      this.printBytes(list, verb);
      return;
    }
    if (sharpV && list.isNil) {
      this.write(`${list.type.name}(nil)`);
      return;
    }
    this.write(sharpV ? `${list.type.name}{` : "[");
    list.items.forEach((item, i) => {
      if (i > 0) this.write(sharpV ? ", " : " ");
      this.printElement(item, verb, depth + 1);
    });
    this.write(sharpV ? "}" : "]");
  }

  private printBytes(list: GoList, verb: string): void {
    if (verb === "v") {
      const bytes = list.items.map((item) => `0x${Number((item as GoNumber).value).toString(16)}`);
      this.write(list.isNil ? "[]byte(nil)" : `[]byte{${bytes.join(", ")}}`);
      return;
    }
    const text = bytesText(list);
    this.printString(text, list, verb);
  }

  private printStruct(type: GoType, values: readonly Value[], verb: string, depth: number): void {
    const { sharpV, plusV } = this.flags;
    this.write(sharpV ? `${type.name}{` : "{");
    (type.fields as readonly Field[]).forEach((field, i) => {
      if (i > 0) this.write(sharpV ? ", " : " ");
      if (sharpV || plusV) this.write(`${field.name}:`);
      this.printValue(values[i], verb, depth + 1);
    });
    this.write("}");
  }

  /** Addresses mean nothing here: what Go would print for one differs at every run too. That of UTC in a time is nil. */
  private printPointer(value: Exclude<Value, undefined>, verb: string): void {
    const type = typeOf(value);
    const address = value instanceof GoLocation && value.location === UTC_LOCATION ? 0 : 0xc000000000;
    const pointer = type.kind === "ptr" || type.kind === "map" || type.kind === "slice";
    if (!pointer || !"vpbodxX".includes(verb)) {
      if (address === 0) this.write(`%!${verb}(${type.name}=${pad(this.flags, "<nil>")})`);
      else this.badVerb(value, verb);
    } else if (verb === "v" && this.flags.sharpV) this.write(`(${type.name})(0x${address.toString(16)})`);
    else if (verb === "v" || verb === "p")
      this.write(address === 0 ? pad(this.flags, "<nil>") : `0x${address.toString(16)}`);
    else this.printInteger(address, value, verb, false);
  }
}

/** Go's own fields of a time, which only verbs that ask no method show. */
function rawTime(value: GoTime): readonly Value[] {
  const { seconds, nanos } = value.moment;
  return [
    new GoNumber(UINT64, nanos),
    new GoNumber(INT64, seconds + 62_135_596_800),
    new GoLocation(value.moment.location),
  ];
}

/** The bytes of a []byte as a string. */
function bytesText(list: GoList): string {
  return rejoin(
    list.items
      .map((item) => {
        const byte = Number((item as GoNumber).value);
        return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
      })
      .join(""),
  );
}
