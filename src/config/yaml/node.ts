/** A node of a parsed document, positions counted from line 0. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

interface Placed {
  readonly line: number;
}

export interface ScalarNode extends Placed {
  readonly kind: "scalar";
  /** Resolved tag in its long form, "" when none was written. */
  readonly tag: string;
  readonly value: string;
  /** Written plain (or with the tag `!`): its type follows from its text. */
  readonly implicit: boolean;
}

export interface SequenceNode extends Placed {
  readonly kind: "sequence";
  readonly items: YamlNode[];
}

export interface MappingNode extends Placed {
  readonly kind: "mapping";
  /** Key and value in turn, in the file's order. */
  readonly pairs: (readonly [key: YamlNode, value: YamlNode])[];
}

export interface AliasNode extends Placed {
  readonly kind: "alias";
  readonly anchor: string;
  readonly target: YamlNode;
}
