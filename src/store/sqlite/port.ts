/** The way to a thread that owns a file. */
export interface WriterPort {
  send(message: string): void;
  /** Ends the thread without waiting for what it is doing. */
  terminate(): void;
}

/** What a port tells its owner. */
export interface WriterPortEvents {
  onAnswer(answer: string | number): void;
  /** The thread has ended and not because it was told to. */
  onLost(error: Error): void;
}

export type OpenPort = (events: WriterPortEvents) => WriterPort;

/** Starts the thread that owns the database. */
export const openWriter: OpenPort = (events) => startWorker("writer", events);

/** Starts the thread that writes the history. */
export const openHistoryWriter: OpenPort = (events) => startWorker("history-writer", events);

/**
 * In the executable each entry point stands below the common directory of all of them, which is `src`; under `bun run`
 * it is the file beside this one.
 */
function startWorker(name: string, events: WriterPortEvents): WriterPort {
  const compiled = import.meta.dir.startsWith("/$bunfs/");
  const worker = new Worker(
    compiled ? `/$bunfs/root/store/sqlite/${name}.worker.js` : new URL(`./${name}.worker.ts`, import.meta.url),
  );
  let ended = false;
  const lost = (error: Error) => {
    if (ended) return;
    ended = true;
    worker.terminate();
    events.onLost(error);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<string | number>) => events.onAnswer(data));
  worker.addEventListener("error", (event) => lost(new Error(event.message)));
  worker.addEventListener("close", () => lost(new Error("the thread ended")));
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
    send: (message) => worker.postMessage(message),
    terminate() {
      ended = true;
      worker.terminate();
    },
  };
}
