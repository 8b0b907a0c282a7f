import { request, type Target } from "./api.ts";

/** Asks `/api/plus/v1`; throws unless the answer is one of success. */
export async function plus<T>(target: Target, path: string, method = "GET", body?: unknown): Promise<T> {
  const answer = await request(target, method, `/api/plus/v1${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  return (answer.text === "" ? undefined : JSON.parse(answer.text)) as T;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** All pages of a list, one after another. */
export async function allPages<P extends Page<unknown>>(
  target: Target,
  path: string,
  between: (page: P) => Promise<void> = async () => undefined,
): Promise<P["items"][number][]> {
  const items: P["items"][number][] = [];
  const joiner = path.includes("?") ? "&" : "?";
  for (let cursor = ""; ;) {
    const page = await plus<P>(target, `${path}${cursor}`);
    items.push(...page.items);
    if (page.next === null) return items;
    cursor = `${joiner}cursor=${encodeURIComponent(page.next)}`;
    await between(page);
  }
}
