/** An event, ready to be written. */
export interface Line {
  /** In snake case, as metrics have it. */
  readonly type: string;
  /** JSON, without a line break. */
  readonly text: string;
}

/** How writing a line ended. */
export type OnWritten = (line: Line, bytes: number | undefined) => void;

/** Where events go. */
export interface Output {
  /** As metrics have it: without a secret. */
  readonly name: string;
  /** Resolves when it has them, or has done what it can: it never rejects. */
  write(lines: readonly Line[]): Promise<void>;
  /** Writes what is left and ends. */
  close(): Promise<void>;
}
