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

/** What the browser keeps with each place, and gives back when the reader returns to it. */
interface Kept {
  /** How many places of this page the reader came from, one after the other. */
  readonly depth: number;
  /** How far the page was scrolled, px. */
  readonly top?: number;
  /** The row of a list that was the current one. */
  readonly row?: number;
}

/** What was kept of the place where the reader is. */
export function kept(): Kept {
  return (window.history.state as Kept | null) ?? { depth: 0 };
}

let depth = kept().depth;
let unkept: Partial<Kept> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Keeps something with the place where the reader is: soon, for browsers refuse to keep something with every key and turn of the wheel. */
export function keep(more: Partial<Kept>): void {
  unkept = { ...unkept, ...more };
  timer ??= setTimeout(keepNow, 300);
}

function keepNow(): void {
  const more = unkept;
  forget();
  if (Object.keys(more).length > 0) window.history.replaceState({ ...kept(), ...more }, "");
}

function forget(): void {
  clearTimeout(timer);
  timer = undefined;
  unkept = {};
}

/** Has every place know how deep it is; those that links lead to do not yet. */
function arrived(): void {
  forget();
  if (window.history.state === null) window.history.replaceState({ depth: depth + 1 } satisfies Kept, "");
  depth = kept().depth;
}

/** Back to where the reader came from, as it was left; to `link` where that was not on this page. */
export function back(link: string): void {
  if (kept().depth > 0) window.history.back();
  else go(link);
}

/** Begins to keep how far places are scrolled: the browser itself knows nothing of lists that are drawn as one scrolls. */
export function keepScrolling(): void {
  window.history.scrollRestoration = "manual";
  window.addEventListener("scroll", () => keep({ top: window.scrollY }));
  // Before a link is followed.
  document.addEventListener("click", keepNow, { capture: true });
}

/** Scrolls to where the reader left the place; to the top of one that is new. */
export function scrollToKept(): void {
  // Newer browsers answer with a promise, which is not for an effect to give.
  void window.scrollTo(0, kept().top ?? 0);
}

function subscribe(changed: () => void): () => void {
  const moved = () => {
    arrived();
    changed();
  };
  window.addEventListener("hashchange", moved);
  window.addEventListener("popstate", moved);
  return () => {
    window.removeEventListener("hashchange", moved);
    window.removeEventListener("popstate", moved);
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
  keepNow();
  if (replace) window.history.replaceState(kept(), "", link);
  else window.history.pushState({ depth: depth + 1 } satisfies Kept, "", link);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
