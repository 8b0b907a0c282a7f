import type { Place } from "../route.ts";
import { parseMatchers } from "../text/matchers.ts";
import { Note } from "./say.tsx";

/** Says what of a link's filter was not understood: without it, more is shown than was meant. */
export function Unread({ place }: { readonly place: Place }) {
  const filters = place.query.getAll("filter").filter((text) => text !== "" && parseMatchers(text) === undefined);
  return filters.map((text) => (
    <Note key={text} tone="amber">
      Not understood, and left out: <code className="matchers">{text}</code>. Expected matchers such as{" "}
      <code>{'{alertname="DiskFull", instance=~"db.*"}'}</code>.
    </Note>
  ));
}
