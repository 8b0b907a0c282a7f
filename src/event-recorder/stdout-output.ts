import type { Line, OnWritten, Output } from "./output.ts";

/** Writes events to the standard output, one a line. */
export class StdoutOutput implements Output {
  readonly name = "stdout";

  constructor(private readonly onWritten: OnWritten) {}

  async write(lines: readonly Line[]): Promise<void> {
    process.stdout.write(lines.map(({ text }) => `${text}\n`).join(""));
    for (const line of lines) this.onWritten(line, Buffer.byteLength(line.text) + 1);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
