import type { Timestamp } from "../../core/model/timestamp.ts";

/** A time as upstream logs the ones of silences, which it keeps as protobuf: zero fields are left out. */
export class ProtoTime {
  readonly seconds: number | undefined;
  readonly nanos: number | undefined;

  constructor({ ms, nanos }: Timestamp) {
    const seconds = Math.floor(ms / 1000);
    this.seconds = seconds || undefined;
    this.nanos = (ms - seconds * 1000) * 1e6 + nanos || undefined;
  }

  /** For logfmt; JSON shows the fields. */
  toString(): string {
    const fields = Object.entries(this).filter(([, value]) => value !== undefined);
    return fields.map(([name, value]) => `${name}:${value}`).join(" ");
  }
}
