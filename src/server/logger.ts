import { LOG_LEVELS, type LogAttrs, type Logger, type LogLevel } from "../core/interfaces/logging.ts";
import { goQuote } from "../core/model/goquote.ts";
import { isPrint } from "../core/model/goprint.ts";
import { printError } from "../kingpin/terminal.ts";

export const LOG_FORMATS = ["logfmt", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one line with its line feed. Default: stderr. */
  readonly write?: (line: string) => void;
  /** Unix time in ms. */
  readonly now?: () => number;
}

export function createLogger(options: LoggerOptions): Logger {
  const { level, format, write = printError, now = Date.now } = options;
  const least = LOG_LEVELS.indexOf(level);
  const appendAttr = format === "json" ? jsonAttr : logfmtAttr;
  const [start, separator, end] = format === "json" ? ["{", ",", "}\n"] : ["", " ", "\n"];

  function appendAttrs(to: string, attrs: LogAttrs): string {
    let text = to;
    for (const [key, value] of Object.entries(attrs)) {
      if (value !== undefined) text += separator + appendAttr(key, value);
    }
    return text;
  }

  /** @param inherit the attributes of all lines as text; asked for with each line, because most children write none */
  function child(inherit: () => string): Logger {
    // The callers' frames end at the method called, which therefore is named here.
    type Method = (message: string, attrs?: LogAttrs) => void;

    function emit(level: LogLevel, method: Method, message: string, attrs: LogAttrs | undefined): void {
      const head = [
        appendAttr("time", new Date(now()).toISOString()),
        appendAttr("level", level.toUpperCase()),
        appendAttr("source", callSite(method)),
        appendAttr("msg", message),
      ].join(separator);
      const line = start + head + inherit();
      write((attrs === undefined ? line : appendAttrs(line, attrs)) + end);
    }

    const logger: Logger = {
      debug(message, attrs) {
        if (least <= 0) emit("debug", logger.debug, message, attrs);
      },
      info(message, attrs) {
        if (least <= 1) emit("info", logger.info, message, attrs);
      },
      warn(message, attrs) {
        if (least <= 2) emit("warn", logger.warn, message, attrs);
      },
      error(message, attrs) {
        emit("error", logger.error, message, attrs);
      },
      enabled: (level) => LOG_LEVELS.indexOf(level) >= least,
      with: (attrs) => child(once(() => appendAttrs(inherit(), attrs))),
    };
    return logger;
  }

  return child(() => "");
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

function logfmtAttr(key: string, value: unknown): string {
  return `${quoted(key)}=${quoted(plainText(value))}`;
}

function jsonAttr(key: string, value: unknown): string {
  return `${jsonText(key)}:${jsonText(value instanceof Error ? value.message : value)}`;
}

function jsonText(value: unknown): string {
  const plain = typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  return plain.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** A value as Go's `%+v` prints it. */
function plainText(value: unknown): string {
  if (value === null) return "<nil>";
  if (value instanceof Error) return value.message;
  if (Array.isArray(value)) return `[${value.map(plainText).join(" ")}]`;
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const pairs = Object.entries(value).map(([key, value]) => `${key}:${plainText(value)}`);
    return `map[${pairs.sort().join(" ")}]`;
  }
  return String(value);
}

const PLAIN_ASCII = /^[!#-<>-~\u007f]+$/;
const ASCII_TO_QUOTE = /[\0- "=]/;
const SPACE = /\s|\u0085/u;

/** Quotes what Go's slog quotes: nothing, blanks, quotes, `=`, and what does not print. A backslash alone is no reason. */
function quoted(text: string): string {
  if (PLAIN_ASCII.test(text)) return text;
  return needsQuotes(text) ? goQuote(text) : text;
}

function needsQuotes(text: string): boolean {
  if (text === "" || ASCII_TO_QUOTE.test(text)) return true;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x80 && (code === 0xfffd || SPACE.test(character) || !isPrint(code))) return true;
  }
  return false;
}

interface StackHolder {
  stack?: string;
}

const FRAME_POSITION = /([^/\\(\s]+:[0-9]+):[0-9]+\)?$/;

/** `file.ts:line` of who called the method. */
function callSite(method: (...args: never[]) => unknown): string {
  const holder: StackHolder = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, method);
  const stack = holder.stack ?? "";
  Error.stackTraceLimit = limit;
  return FRAME_POSITION.exec(stack)?.[1] ?? "unknown:0";
}
