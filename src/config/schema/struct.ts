import { encodeString } from "../yaml/encode.ts";
import type { MappingNode } from "../yaml/node.ts";
import type { Decoder } from "./decoder.ts";
import { string } from "./scalars.ts";
import { FAILED, type ContentNode, type Type } from "./type.ts";

/** A key of a struct: its type, left out of the output when empty. */
export type Field<T> = Type<T> | FieldWith<T>;

interface FieldWith<T> {
  readonly type: Type<T>;
  /** Printed even when empty. */
  readonly shown?: boolean;
  /** Its list is printed on one line. */
  readonly flow?: boolean;
}

export function shown<T>(type: Type<T>): FieldWith<T> {
  return { type, shown: true };
}

export function onOneLine<T>(type: Type<T>): FieldWith<T> {
  return { type, flow: true };
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface StructSpec<T> {
  /** Go's name with its package: `webhook.WebhookConfig`. */
  readonly name: string;
  /** In the order of printing. */
  readonly fields: Fields<T>;
  /** What differs from the zero values where a key is not given. */
  readonly defaults?: () => Partial<T>;
  /** Checks and completes the value after its keys have been read, unless one of them was of the wrong type. */
  readonly validate?: (value: Mutable<T>, decoder: Decoder) => void;
}

/**
 * A struct. One with defaults or validation has an UnmarshalYAML upstream, which reads it through a local type called
 * `plain`: errors show that name.
 */
export function struct<T extends object>(spec: StructSpec<T>): Type<T> {
  const { defaults, validate } = spec;
  const fields = new Map(
    Object.entries(spec.fields).map(([key, field]) => {
      const { type, ...how } =
        "type" in (field as FieldWith<unknown>) ? (field as FieldWith<unknown>) : { type: field };
      return [key, { type: type as Type<unknown>, ...(how as Omit<FieldWith<unknown>, "type">) }];
    }),
  );
  const custom = defaults !== undefined || validate !== undefined;
  const name = custom ? `${spec.name.slice(0, spec.name.indexOf("."))}.plain` : spec.name;

  const zero = (): T => {
    const value: Record<string, unknown> = {};
    for (const [key, { type }] of fields) value[key] = type.zero();
    return value as T;
  };

  const fill = (node: MappingNode, into: Record<string, unknown>, decoder: Decoder): void => {
    const done = new Set<string>();
    decoder.eachPair(
      node,
      (keyNode, valueNode) => {
        const key = decoder.decode(keyNode, string);
        if (key === FAILED) return;
        const field = fields.get(key);
        if (field === undefined) {
          decoder.fail(keyNode, `field ${key} not found in type ${name}`);
        } else if (done.has(key)) {
          decoder.fail(keyNode, `field ${key} already set in type ${name}`);
        } else {
          done.add(key);
          const value = decoder.decode(valueNode, field.type, into[key]);
          if (value !== FAILED) into[key] = value;
        }
      },
      (merged) => fill(merged, into, decoder),
    );
  };

  const decodePlain = (node: ContentNode, into: T, decoder: Decoder): T => {
    if (node.kind === "mapping") {
      fill(node, into as Record<string, unknown>, decoder);
    } else if (node.kind === "sequence") {
      decoder.mismatch(node, name);
    } else {
      const { tag, value } = decoder.resolve(node);
      if (value === null) return zero();
      decoder.mismatch(node, name, tag);
    }
    return into;
  };

  return {
    name,
    goName: spec.name,
    zero,
    decode(node, current, decoder) {
      const before = decoder.errors.length;
      const start = defaults === undefined ? current : { ...zero(), ...defaults() };
      const value = decodePlain(node, start, decoder);
      if (decoder.errors.length > before) return FAILED;
      validate?.(value, decoder);
      return value;
    },
    isZero: (value) => [...fields].every(([key, { type }]) => type.isZero((value as Record<string, unknown>)[key])),
    encode(value, encoder) {
      const flow = encoder.takeFlow();
      const entries: [ReturnType<typeof encodeString>, ReturnType<typeof encodeString>][] = [];
      for (const [key, field] of fields) {
        const content = (value as Record<string, unknown>)[key];
        if (field.shown !== true && field.type.isZero(content)) continue;
        encoder.flow = field.flow === true;
        entries.push([encodeString(key), field.type.encode(content, encoder)]);
      }
      return { kind: "mapping", entries, flow };
    },
  };
}
