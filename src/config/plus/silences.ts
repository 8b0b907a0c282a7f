import { readMapping, readScalar } from "./reader.ts";
import { promDuration } from "./values.ts";

export interface SilenceSettings {
  readonly acknowledgement: {
    /** ms; the longest an acknowledgement lasts, should its alert fire on. */
    readonly max: number;
  };
  readonly reminder: {
    /** ms before a silence ends; undefined: nobody is reminded. */
    readonly before: number | undefined;
  };
}

export const SILENCE_DEFAULTS: SilenceSettings = {
  acknowledgement: { max: 86_400_000 },
  reminder: { before: undefined },
};

export const readSilences = readMapping(SILENCE_DEFAULTS, {
  acknowledgement: readMapping(SILENCE_DEFAULTS.acknowledgement, { max: readScalar(promDuration) }),
  reminder: readMapping(SILENCE_DEFAULTS.reminder, { before: readScalar(promDuration) }),
});
