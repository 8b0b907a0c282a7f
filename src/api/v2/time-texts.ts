import { type Timestamp, formatMillis } from "../../core/model/timestamp.ts";

const THREE_DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, "0"));
const YEAR_10000 = 253_402_300_800_000;

/**
 * Writes times as the API does, keeping the text of each second: alerts of one batch share theirs. For one request.
 */
export function timeTexts(): (time: Timestamp) => string {
  const seconds = new Map<number, string>();
  return (time) => {
    const { ms } = time;
    if (time.offset !== 0 || ms < 0 || ms >= YEAR_10000) return formatMillis(time);
    const second = Math.floor(ms / 1000);
    let text = seconds.get(second);
    if (text === undefined) {
      text = new Date(second * 1000).toISOString().slice(0, 20);
      seconds.set(second, text);
    }
    return `${text}${THREE_DIGITS[ms - second * 1000]}Z`;
  };
}
