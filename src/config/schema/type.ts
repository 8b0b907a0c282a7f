import type { EmitNode } from "../yaml/emit.ts";
import type { MappingNode, ScalarNode, SequenceNode } from "../yaml/node.ts";
import type { Decoder } from "./decoder.ts";

/** Stands for a value that could not be decoded; the decoder holds the error. */
export const FAILED: unique symbol = Symbol("failed");
export type Failed = typeof FAILED;

/**
 * A type of the configuration: how it is read from a node, what it is without one, how it prints. The counterpart of
 * a Go type with its yaml tags and its UnmarshalYAML and MarshalYAML, so that defaults, error texts and their order
 * follow from the same nesting as upstream's.
 */
export interface Type<T> {
  /** Go's name for what it is read as, as in `cannot unmarshal !!str `x` into NAME`. */
  readonly name: string;
  /** Go's name of the type itself, where reading goes by way of another. */
  readonly goName?: string;
  /** Of a type that is a string underneath: the value of a text that is taken unread (see `Decoder.decode`). */
  readonly ofText?: (text: string) => T;
  /** The value of a key given as null, and of one not given unless its struct has a default. */
  zero(): T;
  /**
   * Reads a node that is neither an alias nor null.
   * @param current what the value is so far: structs and maps are filled in place
   * @throws ConfigError for what validation refuses, which ends the decoding at once
   */
  decode(node: ContentNode, current: T, decoder: Decoder): T | Failed;
  /** Whether `omitempty` leaves it out. */
  isZero(value: T): boolean;
  encode(value: T, encoder: Encoder): EmitNode;
}

export type ContentNode = ScalarNode | SequenceNode | MappingNode;

export type ValueOf<U> = U extends Type<infer T> ? T : never;

/** The state of a marshalling: whether the next collection goes on one line, as yaml.v2's encoder keeps it. */
export class Encoder {
  flow = false;

  takeFlow(): boolean {
    const { flow } = this;
    this.flow = false;
    return flow;
  }
}
