import { Type, type TSchema } from "@sinclair/typebox";
import { shortened } from "./check.ts";
import { Problem } from "./problem.ts";

/** How much of a list to answer, and from where on. */
export const PAGE_QUERY = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  cursor: Type.Optional(Type.String({ description: "The `next` of the page before." })),
};

/** Matchers, each parameter one or several in amtool's syntax; all must match. */
export const FILTERS = {
  filter: Type.Optional(Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 100 })),
};

/** A page of a list. */
export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });
}

/** Where the next page begins: the sort key of the last item of this one. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** Why a cursor is refused. */
export function strangeCursor(cursor: string): Problem {
  const message = `expected the next of another page of the same list, not ${shortened(cursor)}`;
  return new Problem(400, `cursor: ${message}`, [{ path: "cursor", message }]);
}

/**
 * The sort key in a cursor; undefined for the first page.
 *
 * @param types of its parts, as `encodeCursor` was given them
 * @throws Problem when it is none of ours
 */
export function decodeCursor<const T extends readonly ("string" | "number")[]>(
  cursor: string | undefined,
  types: T,
): { readonly [I in keyof T]: T[I] extends "string" ? string : number } | undefined {
  if (cursor === undefined) return undefined;
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    key = undefined;
  }
  const fits = Array.isArray(key) && key.length === types.length && types.every((type, i) => typeof key[i] === type);
  if (!fits) throw strangeCursor(cursor);
  return key as { readonly [I in keyof T]: T[I] extends "string" ? string : number };
}
