/** One request as the mock server saw it; headers that neither program can help are left out. */
export interface SeenRequest {
  readonly request: string;
  readonly accept: string | null;
  readonly contentType: string | null;
  readonly authorization: string | null;
  readonly other: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Mock {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The requests since the last call. */
  take(): SeenRequest[];
  stop(): void;
}

type Scenario = (request: Request, path: string, body: string) => Response | Promise<Response>;

/**
 * Stands in for an Alertmanager whose answers never change, so that what amtool prints of them does not either. The first
 * part of a URL's path names the scenario.
 */
export function startMock(): Mock {
  let seen: SeenRequest[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const body = await request.text();
      const { headers } = request;
      seen.push({
        request: `${request.method} ${url.pathname}${url.search}`,
        accept: headers.get("accept"),
        contentType: headers.get("content-type"),
        authorization: headers.get("authorization"),
        other: Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-"))),
        body,
      });
      const [, name = "", ...rest] = url.pathname.split("/");
      const path = `/${rest.join("/")}`.replace(/^\/api\/v2/, "");
      const scenario = name.startsWith("bare-") ? withoutStatus(name) : SCENARIOS[name];
      return scenario === undefined ? new Response("no scenario", { status: 404 }) : scenario(request, path, body);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? 0,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    stop: () => void server.stop(true),
  };
}

const STATUS = {
  cluster: {
    name: "01NODE",
    status: "ready",
    peers: [
      { address: "10.0.0.10:9094", name: "01PEERB" },
      { address: "10.0.0.9:9095", name: "01PEERC" },
      { address: "10.0.0.9:9094", name: "01PEERA" },
      { address: "[fd00::2]:9094", name: "01PEERD" },
      { address: "nonsense", name: "01PEERE" },
    ],
  },
  config: { original: "route:\n  receiver: x\nreceivers:\n- name: x <&>\n" },
  uptime: "2026-01-02T03:04:05.678Z",
  versionInfo: {
    branch: "main",
    buildDate: "20260101-00:00:00",
    buildUser: "builder",
    goVersion: "go1.26",
    revision: "abcdef",
    version: "0.34.0",
  },
};

interface MockAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly state: string;
  readonly generatorURL?: string;
}

function alert({ labels, annotations, startsAt, state, generatorURL }: MockAlert, index: number): object {
  return {
    annotations,
    endsAt: "2090-01-01T00:00:00.000Z",
    fingerprint: String(index).padStart(16, "0"),
    receivers: [{ name: "x" }, { name: "y" }],
    startsAt,
    status: {
      inhibitedBy: state === "suppressed" ? ["0000000000000001"] : [],
      mutedBy: [],
      silencedBy: state === "suppressed" ? ["8f2b1c3a-0001-4000-8000-000000000001"] : [],
      state,
    },
    updatedAt: "2026-01-02T03:04:06.000Z",
    ...(generatorURL !== undefined && { generatorURL }),
    labels,
  };
}

const ALERTS_GIVEN: readonly MockAlert[] = [
  {
    labels: { alertname: "DiskFull", instance: "b", severity: "critical" },
    annotations: { summary: "Disk is full", runbook: "http://x/?a=1&b=<2>" },
    startsAt: "2026-01-02T03:04:05.678Z",
    state: "active",
    generatorURL: "http://prom:9090/graph?g0.expr=up&g0.tab=1",
  },
  {
    labels: { alertname: "Ünïcode 日本", "odd name": 'q"uo\\te' },
    annotations: { summary: "tab\there" },
    startsAt: "2026-01-01T00:00:00.000Z",
    state: "suppressed",
  },
  { labels: { job: "no name" }, annotations: {}, startsAt: "2026-01-03T00:00:00.000Z", state: "unprocessed" },
  {
    labels: { alertname: "Lines", a: "1", B: "2", _c: "3" },
    annotations: { summary: "first\nsecond", description: "d" },
    startsAt: "2026-01-02T05:04:05.678+02:00",
    state: "active",
  },
];
const ALERTS = ALERTS_GIVEN.map(alert);

// So many alerts of so few starts that the order of equals shows.
const MANY = Array.from({ length: 60 }, (_, i) =>
  alert(
    {
      labels: { alertname: `Many${i}` },
      annotations: { summary: `${(i * 7) % 5}` },
      startsAt: `2026-01-0${1 + ((i * 7) % 5)}T00:00:00.000Z`,
      state: "active",
    },
    i,
  ),
);

interface MockSilence {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt?: string;
  readonly endsAt: string;
  readonly state: string;
  readonly matchers: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
}

function silence({ state, startsAt = "2020-01-01T00:00:00.000Z", ...rest }: MockSilence): object {
  return { ...rest, startsAt, status: { state }, updatedAt: "2020-01-01T00:00:01.000Z" };
}

const SILENCES = [
  silence({
    id: "8f2b1c3a-0001-4000-8000-000000000001",
    createdBy: "alice",
    comment: "planned work",
    endsAt: "2090-01-02T00:00:00.000Z",
    state: "active",
    matchers: [
      { isEqual: true, isRegex: false, name: "alertname", value: "DiskFull" },
      { isEqual: false, isRegex: true, name: "instance", value: "a|b" },
    ],
    annotations: { ticket: "T-1" },
  }),
  silence({
    id: "8f2b1c3a-0002-4000-8000-000000000002",
    createdBy: "bob <b@example.org>",
    comment: "日本 & ünï\tcode",
    endsAt: "2090-01-01T00:00:00.000Z",
    state: "active",
    matchers: [{ isRegex: true, name: "odd name", value: 'q"uo\\te\n' }],
  }),
  silence({
    id: "8f2b1c3a-0003-4000-8000-000000000003",
    createdBy: "alice",
    comment: "",
    startsAt: "2089-01-01T00:00:00.000Z",
    endsAt: "2091-01-01T00:00:00.000Z",
    state: "pending",
    matchers: [{ isEqual: false, isRegex: false, name: "severity", value: "" }],
  }),
  silence({
    id: "8f2b1c3a-0004-4000-8000-000000000004",
    createdBy: "carol",
    comment: "over",
    endsAt: "2020-01-02T00:00:00.000Z",
    state: "expired",
    matchers: [{ isEqual: true, isRegex: true, name: "job", value: ".+" }],
  }),
];

const MANY_SILENCES = Array.from({ length: 40 }, (_, i) =>
  silence({
    id: `many-${i}`,
    createdBy: "m",
    comment: `${(i * 3) % 4}`,
    endsAt: `2090-01-0${1 + ((i * 3) % 4)}T00:00:00.000Z`,
    state: "active",
    matchers: [{ isEqual: true, isRegex: false, name: "i", value: `${i}` }],
  }),
);

function api(
  data: { readonly alerts: readonly object[]; readonly silences: readonly object[] },
  status = STATUS,
): Scenario {
  return (request, path, body) => {
    if (path === "/status") return Response.json(status);
    if (path === "/alerts") return request.method === "POST" ? new Response() : Response.json(data.alerts);
    if (path === "/silences" && request.method === "GET") return Response.json(data.silences);
    if (path === "/silences") {
      const { id } = JSON.parse(body) as { id?: string };
      if (id?.startsWith("missing")) return Response.json("silence not found", { status: 404 });
      return Response.json({ silenceID: id ? `updated-${id}` : "new-0001" });
    }
    const id = decodeURIComponent(path.replace("/silence/", ""));
    const found = data.silences.find((silence) => "id" in silence && silence.id === id);
    if (found === undefined) return new Response("", { status: 404 });
    return request.method === "DELETE" ? new Response() : Response.json(found);
  };
}

/** Status answers as always, so that only the request proper fails. */
function failing(respond: () => Response): Scenario {
  return (_, path) => (path === "/status" ? Response.json(STATUS) : respond());
}

/** A failing scenario in which the status fails too. */
function withoutStatus(name: string): Scenario {
  return (request, path, body) => SCENARIOS[name.slice("bare-".length)]!(request, `/any${path}`, body);
}

function withStatus(change: object): Scenario {
  return api({ alerts: ALERTS, silences: SILENCES }, { ...STATUS, ...change });
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ok: api({ alerts: ALERTS, silences: SILENCES }),
  empty: api({ alerts: [], silences: [] }),
  many: api({ alerts: MANY, silences: MANY_SILENCES }),
  old: withStatus({ versionInfo: { ...STATUS.versionInfo, version: "0.27.1" } }),
  patch: withStatus({ versionInfo: { ...STATUS.versionInfo, version: "0.34.7-rc.1" } }),
  "no-version": withStatus({ versionInfo: undefined }),
  "odd-version": withStatus({ versionInfo: { ...STATUS.versionInfo, version: "master" } }),
  "no-cluster": withStatus({ cluster: { status: "disabled", peers: [] } }),
  "no-peers": withStatus({ cluster: { status: "settling", name: "n" } }),
  "config-bad": withStatus({ config: { original: "route: [" } }),
  "config-good": withStatus({
    config: {
      original:
        'global:\n  smtp_from: a@b\n  smtp_smarthost: h:25\n  smtp_auth_password: <secret>\nroute:\n  receiver: x\n  routes:\n  - receiver: y\n    matchers:\n    - a="b"\nreceivers:\n- name: x\n- name: y\n',
    },
  }),
  e400: failing(() => Response.json('bad matcher: "x" <&>', { status: 400 })),
  e401: failing(() => new Response("Unauthorized\n", { status: 401, headers: { "content-type": "text/plain" } })),
  e404: failing(() => Response.json("not there", { status: 404 })),
  e404text: failing(
    () =>
      new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } }),
  ),
  e422: failing(() => Response.json({ code: 601, message: "receiver in query is required" }, { status: 422 })),
  e500: failing(() => Response.json("internal", { status: 500 })),
  e500text: failing(() => new Response("boom\n", { status: 500, headers: { "content-type": "text/plain" } })),
  e500empty: failing(() => new Response(null, { status: 500 })),
  e400object: failing(() => Response.json({ message: "m" }, { status: 400 })),
  e503: failing(() => Response.json("busy", { status: 503 })),
  html: failing(() => new Response("<html></html>", { headers: { "content-type": "text/html" } })),
  text: failing(() => new Response("plain", { headers: { "content-type": "text/plain" } })),
  "no-type": failing(() => new Response(new Uint8Array([91, 93]))),
  "bad-type": failing(() => new Response("[]", { headers: { "content-type": "@@;;" } })),
  "other-type": failing(() => new Response("[]", { headers: { "content-type": "application/x-nope" } })),
  broken: failing(() => new Response('[{"labels": ', { headers: { "content-type": "application/json" } })),
  "not-json": failing(() => new Response("nope", { headers: { "content-type": "application/json" } })),
  "empty-body": failing(() => new Response("", { headers: { "content-type": "application/json" } })),
  null: failing(() => Response.json(null)),
  "wrong-shape": failing(() => Response.json({ a: 1 })),
  redirect: (request, path, body) => {
    const { search } = new URL(request.url);
    if (path === "/status") return SCENARIOS["ok"]!(request, path, body);
    return new Response(null, { status: 307, headers: { location: `/ok/api/v2${path}${search}` } });
  },
  slow: async (request, path, body) => {
    if (path === "/status") return SCENARIOS["ok"]!(request, path, body);
    await Bun.sleep(1500);
    return Response.json([]);
  },
};
