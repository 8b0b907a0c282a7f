import { useSyncExternalStore } from "react";

/** Where the reader is: what stands behind `#`, as upstream's links have it: `/alerts?filter=…`. */
export interface Place {
  /** Parts of the path, decoded: `["silences", "new"]`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly text: string;
}

export type Query = Readonly<Record<string, string | readonly string[] | boolean | null | undefined>>;

function read(text: string): Place {
  const [path = "", query = ""] = text.split(/\?(.*)/s, 2);
  const parts = path.split("/").filter((part) => part !== "");
  return { parts: parts.map(decode), query: new URLSearchParams(query), text };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const current = () => window.location.hash.slice(1);
let place = read(current());

/** Where the reader is now. */
export function here(): Place {
  const text = current();
  if (text !== place.text) place = read(text);
  return place;
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  window.addEventListener("popstate", changed);
  return () => {
    window.removeEventListener("hashchange", changed);
    window.removeEventListener("popstate", changed);
  };
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, here);
}

/** A link within the page. Empty values, null and false are left out. */
export function href(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value as string | boolean | null]) {
      if (one !== undefined && one !== null && one !== "" && one !== false) parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return `#${path}${text === "" ? "" : `?${text}`}`;
}

/** Goes there; with `replace`, "back" skips the place left. */
export function go(link: string, { replace = false } = {}): void {
  if (link === window.location.hash) return;
  if (replace) window.history.replaceState(null, "", link);
  else window.history.pushState(null, "", link);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
