export { ConfigError } from "./error.ts";
export { loadConfig, type LoadedConfig, type LoadOptions } from "./load.ts";
export { Secret } from "./secret.ts";
export type * from "./types.ts";
