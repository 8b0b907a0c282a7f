import { pause, type Clock } from "../dispatch/clock.ts";

/** Characters of a line that are kept. */
const LINE = 2048;
/** So many lines at once, and so many a second. */
const BURST = 100;
const RATE = 10;
/** Bytes read a second: who writes more waits in its write. */
const READ = 1 << 20;
const SECOND = 1000;

export interface LogLinesOptions {
  readonly clock: Clock;
  /** Characters a line may have before it is given to `redact`, beyond those that are kept. */
  readonly margin: number;
  readonly redact: (text: string) => string;
  readonly write: (line: string) => void;
  /** So many lines were left out since the last that was written. */
  readonly onDropped: (lines: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Gives what a process writes, line by line, and no more of it than a log can take: long lines are cut, lines beyond the rate
 * counted. The first read has to begin before the process writes: until then Bun keeps all that comes, however much.
 */
export async function logLines(stream: ReadableStream<Uint8Array>, options: LogLinesOptions): Promise<void> {
  const { clock, margin, redact, signal } = options;
  const longest = LINE + margin;
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let line = "";
  let tokens = BURST;
  let filledAt = clock.elapsed();
  let dropped = 0;
  let allowance = READ;

  function emit(): void {
    const whole = line;
    line = "";
    if (whole.trim() === "") return;
    const now = clock.elapsed();
    tokens = Math.min(BURST, tokens + ((now - filledAt) / SECOND) * RATE);
    filledAt = now;
    if (tokens < 1) {
      dropped++;
      return;
    }
    tokens--;
    tellDropped();
    const text = redact(whole).trimEnd();
    options.write(text.length > LINE ? `${text.slice(0, LINE)}…` : text);
  }

  function tellDropped(): void {
    if (dropped > 0) options.onDropped(dropped);
    dropped = 0;
  }

  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const [first = "", ...rest] = decoder.decode(value, { stream: true }).split("\n");
    line = (line + first).slice(0, longest);
    for (const next of rest) {
      emit();
      line = next.slice(0, longest);
    }
    allowance -= value.length;
    if (allowance <= 0) {
      await pause(clock, SECOND, signal);
      allowance = READ;
    }
  }
  emit();
  tellDropped();
}
