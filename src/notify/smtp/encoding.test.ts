import { expect, test } from "bun:test";
import { encodeHeader, quotedPrintable } from "./encoding.ts";

const TEN = "0123456789";

// As Go 1.26's mime and mime/quotedprintable write the same texts.
test.each([
  ["", ""],
  ["plain = text?\t_", "plain = text?\t_"],
  ["ü _=?", "=?utf-8?q?=C3=BC_=5F=3D=3F?="],
  ["a\nb", "=?utf-8?q?a=0Ab?="],
  [`“${TEN.repeat(6)}”`, `=?utf-8?q?=E2=80=9C${TEN.repeat(5)}0123?= =?utf-8?q?456789=E2=80=9D?=`],
])("header %p", (text, wanted) => {
  expect(encodeHeader(text)).toBe(wanted);
});

test.each([
  ["", ""],
  ["a = ü", "a =3D =C3=BC"],
  ["one \ntwo\t\r\nthree\rfour", "one=20\r\ntwo=09\r\nthree\r\nfour"],
  ["end ", "end=20"],
  [TEN.repeat(8), `${TEN.repeat(7)}01234=\r\n56789`],
  [`${TEN.repeat(7)}012ü`, `${TEN.repeat(7)}012=\r\n=C3=BC`],
  [`${TEN.repeat(7)}0123 \n`, `${TEN.repeat(7)}0123=\r\n=20\r\n`],
])("text %p", (text, wanted) => {
  expect(quotedPrintable(text)).toBe(wanted);
});
