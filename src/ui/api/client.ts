/** The route prefix, with its slash at the end. */
const base = new URL(".", window.location.href.split("#")[0]);

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

/** An answer that is no success, in the server's words. */
export class Problem extends Error {
  /** 0 where nothing answered. */
  readonly status: number;
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(status: number, message: string, errors: Problem["errors"] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** The address of an endpoint, under any route prefix. */
export function addressOf(path: string, query: Parameters = {}): string {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? (value as readonly string[]) : [value as string | number | boolean | null];
    for (const one of values) {
      if (one !== undefined && one !== null && one !== "") url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

export interface Asking {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Parameters;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Asks `/api/plus/v1`. @throws Problem */
export function plus<T>(path: string, asking: Asking = {}): Promise<T> {
  return ask(`api/plus/v1${path}`, asking);
}

/** Asks `/api/v2`. @throws Problem */
export function v2<T>(path: string, asking: Asking = {}): Promise<T> {
  return ask(`api/v2${path}`, asking);
}

async function ask<T>(path: string, { method = "GET", query, body, signal }: Asking): Promise<T> {
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      credentials: "same-origin",
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch (e) {
    if (signal?.aborted === true) throw e;
    throw new Problem(0, "The server does not answer.");
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function problemOf(status: number, text: string): Problem {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said === "string") return new Problem(status, said);
    const { detail, title, message, errors } = said as Record<string, unknown>;
    const words = [detail, message, title].find((one): one is string => typeof one === "string" && one !== "");
    return new Problem(status, words ?? text, Array.isArray(errors) ? (errors as Problem["errors"]) : []);
  } catch {
    return new Problem(status, text.trim() === "" ? `The server answered ${status}.` : text.trim());
  }
}
