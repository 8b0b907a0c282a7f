import {
  createReadStream,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { readBackup } from "../../backup/read.ts";
import { backUp } from "../../backup/offline.ts";
import type { Values } from "../../kingpin/index.ts";
import type { Terminal } from "../../kingpin/terminal.ts";
import { OUTPUT } from "./flags.ts";
import { placeOf, unreadableTo } from "./place.ts";
import { summary, type Contents } from "./summary.ts";

const STDOUT = 1;

/** `alertmanager backup`. @throws Error, and leaves no file behind */
export async function backup(values: Values, terminal: Terminal): Promise<void> {
  const output = values.get(OUTPUT);
  if (output === "-" && process.stdout.isTTY) {
    throw new Error("a backup is no text for a terminal: expected --output=FILE");
  }
  const pieces = await piecesOf(values, terminal);
  if (output === "-") {
    // Checked as it goes by: what was written to a pipe cannot be taken back, but it can be said to be no good.
    const contents = await contentsOf(tee(pieces, (piece) => writeAll(STDOUT, piece)));
    terminal.error(`${summary(contents)}\n`);
    return;
  }
  const contents = await writeFile(output, pieces);
  terminal.out(`${summary(contents)} to ${output}\n`);
}

async function piecesOf(values: Values, terminal: Terminal): Promise<AsyncIterable<Uint8Array>> {
  const place = placeOf(values);
  if (!("server" in place)) return backUp(place, unreadableTo(terminal.error));
  const { fetchBackup } = await import("./server.ts");
  return once(await fetchBackup(place.server));
}

async function* once(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

async function* tee(pieces: AsyncIterable<Uint8Array>, write: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    write(piece);
    yield piece;
  }
}

/** The file is there whole, or as it was before. What is no file, such as a device or a pipe, is written to as it is. */
async function writeFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<Contents> {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isFile() === false) return toDevice(path, pieces);
  // A link stays one.
  const target = there === undefined ? path : realpathSync(path);
  const part = `${target}.part`;
  try {
    const file = openSync(part, "w", 0o600);
    try {
      for await (const piece of pieces) writeAll(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const contents = await contentsOf(createReadStream(part));
    renameSync(part, target);
    return contents;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

async function toDevice(path: string, pieces: AsyncIterable<Uint8Array>): Promise<Contents> {
  const file = openSync(path, "w");
  try {
    return await contentsOf(tee(pieces, (piece) => writeAll(file, piece)));
  } finally {
    closeSync(file);
  }
}

/** Reads a backup to its end. @throws BackupError when it is not whole */
async function contentsOf(pieces: AsyncIterable<Uint8Array>): Promise<Contents> {
  let contents: Contents | undefined;
  for await (const read of readBackup(pieces, Infinity)) {
    if ("format" in read) contents = { ...read, history: 0 };
    else if (contents !== undefined) contents.history += read.filter(({ kind }) => kind === "history").length;
  }
  return contents as Contents;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(file, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Bun.sleepSync(1);
    }
  }
}
