import { Type } from "@sinclair/typebox";

/** One of a few words. */
export const oneOf = <T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** RFC 3339; in answers UTC with ms. */
export const TIME = Type.String({ format: "date-time" });

/** What may be missing, said so by null. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** Label names and values. */
export const LABELS = Type.Record(Type.String(), Type.String());

/** 16 hexadecimal digits. */
export const FINGERPRINT = Type.String({
  pattern: "^[0-9a-f]{16}$",
  "x-expected": "16 hexadecimal digits in lower case",
});
