import { type Matcher, matchersToString, matchTypeOf, newMatcher } from "../../core/model/matcher.ts";
import { encodeList } from "../api/json-model.ts";
import { type ApiMatcher, GETTABLE_SILENCES, type GettableSilence } from "../api/models.ts";
import { dateFormat } from "./date.ts";
import { goSort } from "./go-sort.ts";
import type { Output } from "./output.ts";
import { alignTabs } from "./tabwriter.ts";

/** Prints silences. */
export function formatSilences(silences: readonly GettableSilence[] | undefined, { form, layout }: Output): string {
  if (form === "json") return `${encodeList(silences, GETTABLE_SILENCES)}\n`;
  const date = dateFormat(layout);
  const sorted = [...(silences ?? [])];
  goSort(sorted, (a, b) => a.endsAt !== undefined && b.endsAt !== undefined && a.endsAt.compare(b.endsAt) < 0);
  const simple = form === "simple";
  const head = simple
    ? ["ID", "Matchers", "Ends At", "Created By", "Comment"]
    : ["ID", "Matchers", "Starts At", "Ends At", "Updated At", "Created By", "Comment"];
  const rows = sorted.map(({ id = "", matchers = [], startsAt, endsAt, updatedAt, createdBy = "", comment = "" }) =>
    simple
      ? [id, matchers.map(matcherText).join(" "), date(endsAt), createdBy, comment]
      : [id, extendedMatchers(matchers), date(startsAt), date(endsAt), date(updatedAt), createdBy, comment],
  );
  return alignTabs([head, ...rows].map((cells) => `${cells.map((cell) => `${cell}\t`).join("")}\n`).join(""));
}

function matcherText(matcher: ApiMatcher): string {
  return matcherOf(matcher).toString();
}

function extendedMatchers(matchers: readonly ApiMatcher[]): string {
  return matchersToString(matchers.map(matcherOf));
}

/** Old releases do not say `isEqual`. */
function matcherOf({ isEqual = true, isRegex = false, name = "", value = "" }: ApiMatcher): Matcher {
  return newMatcher(matchTypeOf(isEqual, isRegex), name, value);
}
