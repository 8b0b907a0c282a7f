/**
 * The thread that writes the history: events go in one transaction after the other, and what is too old or too much is
 * removed after the answer.
 */
import { encodeEvents } from "../history/encode.ts";
import { HistoryFile } from "./history-file.ts";
import { failureText } from "./protocol.ts";
import type { HistoryTask } from "./protocol.ts";

declare const self: Worker;

/** Events whose garbage is worth a collection, once few come at a time. */
const WORTH_COLLECTING = 5_000;
const FEW_EVENTS = 100;

let file: HistoryFile | undefined;
let stored = 0;

function answer(text: string | number): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
  self.postMessage(text);
}

function work({ options, events }: HistoryTask): void {
  file ??= new HistoryFile(options);
  if (events === null) {
    file.close();
    return answer(file.sizeBytes);
  }
  file.append(encodeEvents(events));
  answer(file.sizeBytes);
  file.tidy();
  stored += events.events.length;
  // The end of a storm: what it left here would stay until the next need.
  if (stored >= WORTH_COLLECTING && events.events.length <= FEW_EVENTS) {
    stored = 0;
    Bun.gc(true);
  }
}

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  try {
    work(JSON.parse(data) as HistoryTask);
  } catch (error) {
    answer(failureText(error));
  }
});
