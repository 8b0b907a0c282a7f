export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Attributes of a line in the order given. An Error stands for its message; undefined is left out. */
export type LogAttrs = Readonly<Record<string, unknown>>;

/** Writes lines shaped as upstream's (spec §1.1): time, level, source, msg, then the attributes. */
export interface Logger {
  debug(message: string, attrs?: LogAttrs): void;
  info(message: string, attrs?: LogAttrs): void;
  warn(message: string, attrs?: LogAttrs): void;
  error(message: string, attrs?: LogAttrs): void;
  /** Whether lines of this level are written; ask before computing costly attributes. */
  enabled(level: LogLevel): boolean;
  /** A logger whose every line has these attributes first. */
  with(attrs: LogAttrs): Logger;
}
