import { Timestamp } from "../../core/model/timestamp.ts";
import { WireWriter } from "./wire.ts";
import type { WireReader } from "./wire.ts";

/** Reads a `google.protobuf.Timestamp`. */
export function readTime(message: WireReader): Timestamp {
  let seconds = 0;
  let nanos = 0;
  while (!message.done) {
    const field = message.field();
    if (field === 1) seconds = message.int();
    else if (field === 2) nanos = message.int();
    else message.skip();
  }
  const ms = Math.floor(nanos / 1e6);
  return new Timestamp(seconds * 1000 + ms, nanos - ms * 1e6);
}

export function writeTime({ ms, nanos }: Pick<Timestamp, "ms" | "nanos">): WireWriter {
  const seconds = Math.floor(ms / 1000);
  return new WireWriter().int(1, seconds).int(2, (ms - seconds * 1000) * 1e6 + nanos);
}
