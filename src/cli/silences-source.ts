import type { JSONValue } from "../api/json/scan.ts";
import { matchTypeOf, newMatcher } from "../core/model/matcher.ts";
import type { Silence } from "../core/model/silence.ts";
import { ZERO_TIME } from "../core/model/timestamp.ts";
import type { ApiClient } from "./api/client.ts";
import { decodeList } from "./api/json-model.ts";
import { GETTABLE_SILENCES, type GettableSilence } from "./api/models.ts";
import { GET_SILENCES } from "./api/operations.ts";
import { SILENCES_FILE } from "./flags.ts";
import { readJsonFile } from "./json-file.ts";

/** Reads the file of `--silences`. @throws FatalError */
export function readSilencesFile(file: string): readonly Silence[] {
  return readJsonFile(SILENCES_FILE.name, file, "a JSON list of silences as silence query -o json prints it", decode);
}

/** The silences of an Alertmanager. @throws Error in the words of upstream's client */
export async function fetchSilences(client: ApiClient): Promise<readonly Silence[]> {
  const silences = (await client.call(GET_SILENCES, {}, "command")) as readonly GettableSilence[] | undefined;
  return (silences ?? []).map(silenceOf);
}

function decode(value: JSONValue): readonly Silence[] {
  return ((decodeList(value, GETTABLE_SILENCES) ?? []) as readonly (GettableSilence | undefined)[]).map((silence, i) =>
    silenceOf(silence ?? {}, i),
  );
}

function silenceOf(silence: GettableSilence, index: number): Silence {
  const { matchers = [], startsAt, endsAt, updatedAt, createdBy = "", comment = "", annotations = {} } = silence;
  // One that was written by hand and not created yet has no ID.
  const id = silence.id ?? `silence-${index + 1}`;
  if (matchers.length === 0) throw new Error(`silence ${id} has no matchers, expected at least one`);
  if (endsAt === undefined) throw new Error(`silence ${id} has no endsAt, expected a time`);
  return {
    id,
    matcherSets: [
      // Old releases do not say `isEqual`.
      matchers.map(({ isEqual = true, isRegex = false, name = "", value = "" }) =>
        newMatcher(matchTypeOf(isEqual, isRegex), name, value),
      ),
    ],
    startsAt: startsAt ?? ZERO_TIME,
    endsAt,
    updatedAt: updatedAt ?? startsAt ?? ZERO_TIME,
    createdBy,
    comment,
    annotations,
  };
}
