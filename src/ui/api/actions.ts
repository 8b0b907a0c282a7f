import { useMutation, useQueryClient } from "@tanstack/react-query";
import { done, failed } from "../parts/toast.ts";
import { toWire, type Matcher } from "../text/matchers.ts";
import { plus } from "./client.ts";
import type { Labels } from "./types.ts";

export interface NewSilence {
  readonly matchers: readonly Matcher[];
  /** Without it, as soon as the server has it: its clock counts, and the browser's may be ahead. */
  readonly startsAt?: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Labels;
  /** An existing one to change. */
  readonly id?: string;
}

interface Results {
  readonly results: readonly { readonly error: string | null }[];
}

/** What a silence changes on every page. */
const AFFECTED = ["alerts", "silences", "explain", "acknowledgements"];

function useChange<In, Out>(what: string, change: (input: In) => Promise<Out>, said: (out: Out, input: In) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (out, input) => {
      done(said(out, input));
      for (const key of AFFECTED) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => failed(what, error),
  });
}

/** Makes or changes a silence; gives its id. */
export function useSilence() {
  return useChange(
    "The silence was not made",
    ({ matchers, startsAt, endsAt, createdBy, comment, annotations, id }: NewSilence) =>
      plus<{ readonly silenceID?: string; readonly id?: string }>("/silences", {
        method: "POST",
        body: {
          ...(id === undefined ? {} : { id }),
          matchers: matchers.map(toWire),
          ...(startsAt === undefined ? {} : { startsAt: startsAt.toISOString() }),
          endsAt: endsAt.toISOString(),
          createdBy,
          comment,
          ...(annotations === undefined ? {} : { annotations }),
        },
      }),
    (_, { id }) => (id === undefined ? "Silenced." : "The silence was changed."),
  );
}

/** Acknowledges alerts: silent until they resolve. */
export function useAcknowledge() {
  return useChange(
    "Not acknowledged",
    (asked: { readonly fingerprints: readonly string[]; readonly createdBy: string; readonly comment?: string }) =>
      refusals(plus<Results>("/acknowledgements", { method: "POST", body: asked })),
    (_, { fingerprints: { length } }) =>
      length === 1 ? "Acknowledged: silent until it resolves." : `${length} alerts acknowledged.`,
  );
}

/** Ends silences now. */
export function useExpire() {
  return useChange(
    "The silence was not expired",
    (ids: readonly string[]) => refusals(plus<Results>("/silences/expire", { method: "POST", body: { ids } })),
    (_, { length }) => (length === 1 ? "The silence has been expired." : `${length} silences have been expired.`),
  );
}

/** @throws Error with the first refusal, where there is one among the results */
async function refusals(asked: Promise<Results>): Promise<Results> {
  const answer = await asked;
  const errors = answer.results.flatMap(({ error }) => (error === null || error === undefined ? [] : [error]));
  if (errors.length > 0) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    throw new Error(`${errors[0]}${more}`);
  }
  return answer;
}
