import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file that cannot be replaced, and what to do about it. */
export class NotWritable extends Error {}

/**
 * Replaces a file so that it is the old or the new one, whole, whatever happens meanwhile. It keeps its mode and, where that may be
 * said, its owner; a symbolic link goes on leading to it.
 *
 * @throws NotWritable
 */
export function replaceFile(file: string, content: string): void {
  const target = realpathSync(file);
  if (target.split("/").some((part) => part.startsWith("..") && part !== "..")) throw new NotWritable(mounted(file));
  const temporary = join(dirname(target), `.${basename(target)}.new`);
  try {
    const { mode, uid, gid } = statSync(target);
    rmSync(temporary, { force: true });
    writeNew(temporary, content, (fd) => {
      const own = fstatSync(fd);
      if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
      fchmodSync(fd, mode & 0o7777);
    });
    renameSync(temporary, target);
    syncDirectory(dirname(target));
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where nothing can be written nothing was.
    }
    throw new NotWritable(reason(file, error as NodeJS.ErrnoException), { cause: error });
  }
}

/** Writes a file that is not there, which nobody else may read, and has it on disk. */
export function writeNew(file: string, content: string, finish?: (fd: number) => void): void {
  const fd = openSync(file, "wx", 0o600);
  try {
    writeFileSync(fd, content);
    finish?.(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A new name in a directory is on disk only with the directory. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function mounted(file: string): string {
  return `${file} comes from a ConfigMap or Secret and cannot be written here: change it where it comes from`;
}

function reason(file: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EROFS":
      return `${file} is on a read-only file system, as of a ConfigMap, and cannot be written: change it where it comes from`;
    case "EBUSY":
      return `${file} is mounted by itself and cannot be replaced: mount its directory instead`;
    case "EACCES":
    case "EPERM":
      return `${file} cannot be replaced: this program may not write in ${dirname(file)} (${error.code})`;
    default:
      return `${file} cannot be written: ${error.message}`;
  }
}
