import { fstatSync, writeSync } from "node:fs";
import { errorCode } from "../core/text/errno.ts";

const STDOUT = 1;
const STDERR = 2;
const STDERR_WAIT_MS = 1000;

/** Writes all of the text to stdout before it returns; a reader that is gone is no error. */
function printOut(text: string): void {
  writeAll(STDOUT, text, Infinity);
}

/** Writes the text to stderr before it returns; a reader that is gone, or does not read for a second, loses it. */
export function printError(text: string): void {
  writeAll(STDERR, text, STDERR_WAIT_MS);
}

function writeAll(fd: number, text: string, maxWaitMs: number): void {
  const bytes = Buffer.from(text);
  let written = 0;
  let waitedMs = 0;
  while (written < bytes.length && waitedMs < maxWaitMs) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (errorCode(error) !== "EAGAIN") return;
      Bun.sleepSync(1);
      waitedMs++;
    }
  }
}

const USUAL_WIDTH = 80;

/** Columns help is laid out for: `$COLUMNS`, else the terminal's, else 80. */
function terminalWidth(): number {
  const columns = process.env["COLUMNS"] ?? "";
  if (/^[+-]?[0-9]+$/.test(columns)) return Number(columns);
  // Merely to look at process.stdout costs 2 ms, so only where there may be a terminal.
  if (!fstatSync(STDOUT).isCharacterDevice() || !process.stdout.isTTY) return USUAL_WIDTH;
  return process.stdout.columns;
}

/** Where a program prints to. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Columns help is laid out for. */
  width(): number;
}

export const PROCESS_TERMINAL: Terminal = { out: printOut, error: printError, width: terminalWidth };
