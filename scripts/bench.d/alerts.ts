/** What the alerts of every measurement are like, and what of them repeats. */
export const ALERTS_IN_WORDS =
  "8 labels and 3 annotations, about 605 bytes of JSON for one. 50 alert names, 4 clusters, 40 namespaces, 20 jobs, " +
  "3 severities and 25 teams repeat; pod and instance are each alert's own. Names stand in order, as Prometheus sends them.";

const NAMES = 50;
const SEVERITIES = ["critical", "warning", "info"];

/** The wire length of a time as RFC 3339 with milliseconds. */
const TIME_LENGTH = "2026-01-01T00:00:00.000Z".length;

const number = (value: number, digits: number) => String(value).padStart(digits, "0");

/** Alert number `index` as JSON text; the same index always gives the same label set. */
export function alertJson(index: number, startsAt: string, endsAt: string): string {
  const name = `KubePodCrashLooping${number(index % NAMES, 2)}`;
  const namespace = `team-ns-${number(index % 40, 2)}`;
  const pod = `checkout-api-7d9f8b6c5d-${number(index, 6)}`;
  return JSON.stringify({
    labels: {
      alertname: name,
      cluster: `eu-west-${index % 4}`,
      instance: `10.1.${number(Math.floor(index / 250) % 250, 3)}.${number(index % 250, 3)}:9100`,
      job: `kube-state-${number(index % 20, 2)}`,
      namespace,
      pod,
      severity: SEVERITIES[index % SEVERITIES.length],
      team: `team-${number(index % 25, 2)}`,
    },
    annotations: {
      description: `${namespace}/${pod} restarts 5.2 times every 10 min.`,
      runbook_url: `https://runbooks.example.com/${name}`,
      summary: `Pod ${pod} is crash looping`,
    },
    startsAt,
    endsAt,
    generatorURL: "http://prometheus.example.com/graph?g0.expr=rate",
  });
}

export interface PreparedPosts {
  /** Whole HTTP requests, ready for the wire. */
  readonly requests: readonly Uint8Array[];
  readonly alertsPerRequest: number;
  readonly bodyBytes: number;
  /** Moves the endsAt of request `index` to `time`, as Prometheus does each time it sends an alert again. */
  touch(index: number, time: number): void;
}

/** `count` alerts from number `from` on as POSTs of `perRequest` alerts each. */
export function preparePosts(port: number, from: number, count: number, perRequest: number): PreparedPosts {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const encoder = new TextEncoder();
  const requests: Uint8Array[] = [];
  const places: number[][] = [];
  let bodyBytes = 0;
  for (let first = from; first < from + count; first += perRequest) {
    const alerts: string[] = [];
    for (let index = first; index < Math.min(first + perRequest, from + count); index++) {
      alerts.push(alertJson(index, startsAt, endsAt));
    }
    const body = `[${alerts.join(",")}]`;
    const request =
      `POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    const offsets: number[] = [];
    for (let at = request.indexOf('"endsAt":"'); at >= 0; at = request.indexOf('"endsAt":"', at + 1)) {
      offsets.push(at + '"endsAt":"'.length);
    }
    requests.push(encoder.encode(request));
    places.push(offsets);
    bodyBytes = Math.max(bodyBytes, body.length);
  }
  return {
    requests,
    alertsPerRequest: perRequest,
    bodyBytes,
    touch(index, time) {
      const text = encoder.encode(new Date(time).toISOString()).subarray(0, TIME_LENGTH);
      for (const offset of places[index] ?? []) requests[index]?.set(text, offset);
    },
  };
}
