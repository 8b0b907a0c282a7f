import { errorCode } from "../core/text/errno.ts";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { BackupError } from "./format.ts";

/** Bytes of one line: a group of a million alerts has an entry of 20 MB in the log. */
const LONGEST_LINE = 64 * 1024 * 1024;

const LINE_FEED = 10;

/**
 * The lines of a gzip'd file, each with its line feed, as many at a time as come in.
 *
 * @param most bytes there may be once unpacked
 * @throws BackupError for a file that is not whole, is none of gzip's, or is too large
 */
export async function* unpackedLines(packed: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array[]> {
  let rest: Uint8Array[] = [];
  let restSize = 0;
  let size = 0;
  for await (const chunk of unpacked(packed)) {
    size += chunk.length;
    if (size > most) throw new BackupError(`the backup has more than ${most} bytes when unpacked`, "too large");
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const tail = chunk.subarray(start, end + 1);
      lines.push(rest.length === 0 ? tail : Buffer.concat([...rest, tail]));
      rest = [];
      restSize = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      restSize += chunk.length - start;
      if (restSize > LONGEST_LINE) throw new BackupError(`a line has more than ${LONGEST_LINE} bytes`);
    }
    yield lines;
  }
  if (restSize > 0) throw cutOff();
}

export function cutOff(): BackupError {
  return new BackupError("the backup is not whole: it was cut off before its end");
}

async function* unpacked(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = Readable.from(packed, { objectMode: false });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } catch (error) {
    throw explained(error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function explained(error: unknown): unknown {
  const code = errorCode(error);
  if (code === "Z_BUF_ERROR") return cutOff();
  if (!code.startsWith("Z_")) return error;
  return new BackupError(`the backup cannot be unpacked: expected a gzip'd file (${(error as Error).message})`);
}
