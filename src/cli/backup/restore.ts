import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { restoreInto } from "../../backup/offline.ts";
import { openError } from "../../core/text/errno.ts";
import type { Values } from "../../kingpin/index.ts";
import type { Terminal } from "../../kingpin/terminal.ts";
import { FILE } from "./flags.ts";
import { placeOf, unreadableTo } from "./place.ts";
import { countLines } from "./summary.ts";

const STDIN = 0;

/** `alertmanager restore`. @throws Error */
export async function restore(values: Values, terminal: Terminal): Promise<void> {
  if (!values.given(FILE)) throw new Error("required argument 'file' not provided");
  // A lone dash is read as an argument without text.
  const file = values.get(FILE) || "-";
  const place = placeOf(values);
  const { takenAt, counts, unreadable } =
    "server" in place
      ? await (await import("./server.ts")).sendBackup(place.server, readAll(file))
      : await restoreInto(place, opener(file), unreadableTo(terminal.error));
  terminal.out(`restored a backup of ${new Date(takenAt).toISOString()}\n${countLines(counts)}`);
  for (const { kind, line, error } of unreadable) {
    terminal.error(`warning: line ${line}: this ${kind} cannot be read and is left out: ${error}\n`);
  }
}

/** Reads the file anew each time; the standard input can be read but once, and is kept. */
function opener(file: string): () => AsyncIterable<Uint8Array> {
  if (file !== "-") return () => opened(file);
  const bytes = readAll(file);
  return () => Readable.from([bytes], { objectMode: false });
}

async function* opened(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    throw new Error(openError(file, error), { cause: error });
  }
}

function readAll(file: string): Uint8Array {
  try {
    return readFileSync(file === "-" ? STDIN : file);
  } catch (error) {
    throw new Error(openError(file, error), { cause: error });
  }
}
