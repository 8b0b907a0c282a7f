/** One request as it goes over the wire. `{{+3600}}` stands for the time then, `{{id:0}}` for the first silence's ID. */
export interface Exchange {
  readonly method: string;
  /** The request target, sent untouched. */
  readonly path: string;
  /** Lines as sent; Host, Connection and Content-Length are added. */
  readonly headers?: readonly string[];
  /** Characters up to U+00FF are sent as one byte each when `latin1` is set, else as UTF-8. */
  readonly body?: string;
  readonly latin1?: true;
  /** Where we answer differently, on purpose: why, and how. Compared instead of what was recorded. */
  readonly ours?: {
    readonly why: string;
    readonly status: number;
    /** An API error's, unless given. */
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

/** Exchanges with one server started for them, in order. */
export interface Scenario {
  readonly name: string;
  /** What `--web.route-prefix` says, with a leading slash. */
  readonly routePrefix?: string;
  readonly exchanges: readonly Exchange[];
}

/** An answer without what differs from one run to the next. */
export interface Answer {
  readonly status: number;
  /** Only those with a meaning, names in lower case, sorted. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function get(path: string, ...headers: string[]): Exchange {
  return { method: "GET", path, headers };
}

export function send(method: string, path: string, ...headers: string[]): Exchange {
  return { method, path, headers };
}

/** A POST of JSON. */
export function post(path: string, body: string): Exchange {
  return { method: "POST", path, headers: ["Content-Type: application/json"], body };
}
