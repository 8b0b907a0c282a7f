/** A number written as a float in the file. Apart from integers because Go prints and encodes the two differently. */
export class YamlFloat {
  constructor(readonly value: number) {}
}

/**
 * A value of no fixed type, as yaml.v2 decodes into an empty interface: `null` is absence, integers within 2^53 are
 * numbers and beyond it bigints (int64 or uint64), a timestamp stays its text.
 */
export type YamlValue = null | boolean | string | number | bigint | YamlFloat | readonly YamlValue[] | YamlMap;

/** In the file's order. Keys may be of any scalar type: `y:` is the boolean true. */
export type YamlMap = ReadonlyMap<YamlScalar, YamlValue>;

export type YamlScalar = null | boolean | string | number | bigint | YamlFloat;
