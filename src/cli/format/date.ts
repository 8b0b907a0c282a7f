import type { Timestamp } from "../../core/model/timestamp.ts";
import { formatMoment } from "../../template/time/format.ts";
import { momentOfTimestamp } from "../../template/time/moment.ts";

/** Prints times in a Go layout. A missing time prints as nothing. */
export function dateFormat(layout: string): (time: Timestamp | undefined) => string {
  return (time) => (time === undefined ? "" : formatMoment(momentOfTimestamp(time), layout));
}
