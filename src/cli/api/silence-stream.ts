import { scanFirstValue } from "../../api/json/scan.ts";
import { decodeObject } from "./json-model.ts";
import { lengthOfValue, skipSpace } from "../../api/json/length.ts";
import { POSTABLE_SILENCE, type PostableSilence } from "./models.ts";

/** Silences read one by one. */
export interface SilenceStream {
  readonly silences: readonly PostableSilence[];
  /** What is wrong with the input behind them. */
  readonly fault?: Error;
  /** The input does not even begin well, so that nothing is to be imported. */
  readonly isFatal: boolean;
}

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;

/** Reads a JSON array of silences as upstream does, by Go's streaming decoder and in its words. */
export function readSilences(input: Uint8Array): SilenceStream {
  const silences: PostableSilence[] = [];
  const fault = (reason: string, isFatal = false): SilenceStream => ({
    silences,
    fault: new Error(`couldn't unmarshal input data, is it JSON?: ${reason}`),
    isFatal,
  });

  let at = skipSpace(input, 0);
  const first = input[at];
  if (first === undefined) return fault("EOF", true);
  if (first !== OPEN_ARRAY && first !== OPEN_OBJECT) {
    const scalar = attempt(() => scanFirstValue(input.subarray(at)));
    return "reason" in scalar ? fault(scalar.reason, true) : { silences, isFatal: false };
  }
  for (at = skipSpace(input, at + 1); ; at = skipSpace(input, at)) {
    const byte = input[at];
    if (byte === undefined || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) return { silences, isFatal: false };
    if (first === OPEN_OBJECT) return fault("not at beginning of value");
    if (silences.length > 0) {
      if (byte !== COMMA) return fault("expected comma after array element");
      at++;
    }
    const rest = input.subarray(at);
    const read = attempt(() => scanFirstValue(rest));
    if ("reason" in read) return fault(read.reason);
    const value = read.value;
    if (value === undefined) return fault("EOF");
    const silence = attempt(() => decodeObject(value, POSTABLE_SILENCE));
    if ("reason" in silence) return fault(silence.reason);
    silences.push(silence.value ?? {});
    at += lengthOfValue(rest);
  }
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly reason: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
