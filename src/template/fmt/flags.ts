import { runeCount } from "../gostring.ts";

/** The flags, width and precision of one verb. */
export interface Flags {
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v` */
  plusV: boolean;
  /** `%#v` */
  sharpV: boolean;
}

export function noFlags(): Flags {
  return {
    width: undefined,
    precision: undefined,
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
  };
}

/** What fills up to the width: zeros only on the left. */
export function padding(flags: Flags, length: number): string {
  if (flags.width === undefined || length >= flags.width) return "";
  return (flags.zero && !flags.minus ? "0" : " ").repeat(flags.width - length);
}

/** Brings text to the width, counted in characters. */
export function pad(flags: Flags, text: string): string {
  if (flags.width === undefined) return text;
  const fill = padding(flags, runeCount(text));
  return flags.minus ? text + fill : fill + text;
}

/** As `pad`, with blanks whatever the flag says. */
export function padBlank(flags: Flags, text: string): string {
  if (flags.width === undefined) return text;
  const fill = " ".repeat(Math.max(flags.width - runeCount(text), 0));
  return flags.minus ? text + fill : fill + text;
}
