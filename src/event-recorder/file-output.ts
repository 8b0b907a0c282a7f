import { open, stat, type FileHandle } from "node:fs/promises";
import type { Logger } from "../core/interfaces/logging.ts";
import type { Line, OnWritten, Output } from "./output.ts";

/** Appends events to a file, one a line. A file that is moved away or removed is made again. */
export class FileOutput implements Output {
  readonly name: string;
  #handle: FileHandle;
  readonly #path: string;
  readonly #onWritten: OnWritten;
  readonly #log: Logger;

  private constructor(path: string, handle: FileHandle, onWritten: OnWritten, log: Logger) {
    this.name = `file:${path}`;
    this.#path = path;
    this.#handle = handle;
    this.#onWritten = onWritten;
    this.#log = log;
  }

  /** @throws Error when it cannot be opened */
  static async open(path: string, onWritten: OnWritten, log: Logger): Promise<FileOutput> {
    return new FileOutput(path, await open(path, "a", 0o644), onWritten, log);
  }

  async write(lines: readonly Line[]): Promise<void> {
    try {
      await this.#reopenIfMoved();
      await this.#handle.appendFile(lines.map(({ text }) => `${text}\n`).join(""));
      for (const line of lines) this.#onWritten(line, Buffer.byteLength(line.text) + 1);
    } catch (error) {
      this.#log.error("Failed to write events", { output: this.name, err: (error as Error).message });
      for (const line of lines) this.#onWritten(line, undefined);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #reopenIfMoved(): Promise<void> {
    const there = await stat(this.#path).catch(() => undefined);
    const ours = await this.#handle.stat();
    if (there?.ino === ours.ino && there.dev === ours.dev) return;
    const opened = await open(this.#path, "a", 0o644);
    await this.#handle.close();
    this.#handle = opened;
  }
}
