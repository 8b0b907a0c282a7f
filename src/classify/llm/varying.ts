/**
 * Labels whose values differ from one alert to the next of the same kind: their values are neither sent nor part of the cache key.
 * What an alert is about is in the others.
 */
export const VARYING_LABELS: readonly string[] = [
  "address",
  "container_id",
  "exported_instance",
  "exported_pod",
  "host",
  "host_ip",
  "hostname",
  "id",
  "instance",
  "ip",
  "node",
  "node_name",
  "nodename",
  "pid",
  "pod",
  "pod_ip",
  "pod_name",
  "prometheus_replica",
  "replica",
  "replicaset",
  "request_id",
  "session_id",
  "span_id",
  "trace_id",
  "uid",
  "user_id",
  "uuid",
];

const ADDRESS = String.raw`(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]\d)`;
const V6 = String.raw`\[?(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}:?(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?\]?(?::\d{1,5})?(?![\w:])`;
const UUID = String.raw`(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)`;
const HEX = String.raw`(?<!\w)(?=[a-f]*\d)[0-9a-f]{12,64}(?!\w)`;

const WHOLE = new RegExp(`^(?:${[ADDRESS, V6, UUID, HEX, String.raw`\d{6,}`].join("|")})$`, "i");
const ADDRESSES = new RegExp(`${ADDRESS}|${V6}`, "gi");
const IDS = new RegExp(`${UUID}|${HEX}`, "gi");
// What Kubernetes puts behind a name: of a ReplicaSet and its pod, or of a CronJob's run.
const GENERATED = /-(?:[0-9a-f]{8,10}-[0-9a-z]{5}|\d{5,})(?![\w-])/g;

/** Whether a value is an address or an ID as a whole. */
export function isVarying(value: string): boolean {
  return WHOLE.test(value);
}

/** The text with placeholders for addresses and IDs. */
export function withoutIds(text: string): string {
  return text.replace(IDS, "[id]").replace(ADDRESSES, "[address]").replace(GENERATED, "-[id]");
}

// A number with its unit, and more of them behind it: 1h 5m 3s is one length of time, and so is 3s.
const NUMBERS = /\d[\d.,]*(?:e[+-]?\d+)?[a-zA-Zµ%]{0,3}(?: \d[\d.,]*[a-zA-Zµ%]{1,3}(?!\w))*/gi;

/** The text with placeholders for numbers: what annotations of one template have in common. */
export function withoutNumbers(text: string): string {
  return text.replace(NUMBERS, "[n]");
}
