/** Anything with an address to talk to. */
export interface Target {
  readonly url: string;
}

export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface GettableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: "active" | "suppressed" | "unprocessed";
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

export interface AlertGroup {
  readonly alerts: readonly GettableAlert[];
  readonly labels: Readonly<Record<string, string>>;
  readonly receiver: { readonly name: string };
}

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface PostableSilence {
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface GettableSilence extends PostableSilence {
  readonly id: string;
  readonly updatedAt: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request on a connection of its own, so that no connection to an earlier process is used again. */
export async function request(
  target: Target,
  method: string,
  path: string,
  body?: unknown,
  { withinMs = 40_000, headers = {} }: { withinMs?: number; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(target.url + path, {
    method,
    keepalive: false,
    redirect: "manual",
    signal: AbortSignal.timeout(withinMs),
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function succeed(target: Target, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await request(target, method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  return answer.text;
}

/** Query parameters; a list gives the parameter once for each of its values. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) {
    for (const value of typeof values === "string" ? [values] : values) parameters.append(name, value);
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Posts alerts; throws unless they were accepted with 200. */
export async function postAlerts(target: Target, ...alerts: readonly PostableAlert[]): Promise<void> {
  await succeed(target, "POST", "/api/v2/alerts", alerts);
}

export async function getAlerts(target: Target, query: Query = {}): Promise<GettableAlert[]> {
  return JSON.parse(await succeed(target, "GET", withQuery("/api/v2/alerts", query))) as GettableAlert[];
}

export async function getGroups(target: Target, query: Query = {}): Promise<AlertGroup[]> {
  return JSON.parse(await succeed(target, "GET", withQuery("/api/v2/alerts/groups", query))) as AlertGroup[];
}

/** Posts a silence; gives the ID it is stored under. */
export async function postSilence(target: Target, silence: PostableSilence): Promise<string> {
  return (JSON.parse(await succeed(target, "POST", "/api/v2/silences", silence)) as { silenceID: string }).silenceID;
}

export async function getSilences(target: Target, query: Query = {}): Promise<GettableSilence[]> {
  return JSON.parse(await succeed(target, "GET", withQuery("/api/v2/silences", query))) as GettableSilence[];
}

export async function getSilence(target: Target, id: string): Promise<GettableSilence> {
  return JSON.parse(await succeed(target, "GET", `/api/v2/silence/${id}`)) as GettableSilence;
}

export async function expireSilence(target: Target, id: string): Promise<void> {
  await succeed(target, "DELETE", `/api/v2/silence/${id}`);
}

export interface Status {
  readonly cluster: {
    readonly name?: string;
    readonly status: string;
    readonly peers: readonly { readonly name: string; readonly address: string }[];
  };
  readonly config: { readonly original: string };
}

export async function getStatus(target: Target): Promise<Status> {
  return JSON.parse(await succeed(target, "GET", "/api/v2/status")) as Status;
}

/**
 * The value of a metric, summed over its series that have all of `labels`; undefined when there is no such series.
 */
export async function metric(
  target: Target,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  let sum: number | undefined;
  for (const line of (await succeed(target, "GET", "/metrics")).split("\n")) {
    const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (parts === null || parts[1] !== name) continue;
    const series = `,${parts[2] ?? ""},`;
    if (Object.entries(labels).every(([key, value]) => series.includes(`,${key}="${value}",`))) {
      sum = (sum ?? 0) + Number(parts[3]);
    }
  }
  return sum;
}
