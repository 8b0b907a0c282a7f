/** A configuration that is refused; the message is upstream's. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
