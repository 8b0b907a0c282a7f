import { Counter, Vec } from "./instruments.ts";
import type { Registration } from "./registration.ts";

/** Connections of the HTTP clients of receivers, by the name upstream gives the client; shown once one is used. */
export type DialerMetrics = ReturnType<typeof dialerMetrics>;

export function dialerMetrics({ add }: Registration) {
  const vec = (verb: string, what: string, labels: readonly string[]) =>
    add(`net_conntrack_dialer_conn_${verb}_total`, what, "counter", labels, new Vec(labels, () => new Counter()));
  return {
    attempted: vec("attempted", "Total number of connections attempted by the given dialer a given name.", [
      "dialer_name",
    ]),
    closed: vec("closed", "Total number of connections closed which originated from the dialer of a given name.", [
      "dialer_name",
    ]),
    established: vec(
      "established",
      "Total number of connections successfully established by the given dialer a given name.",
      ["dialer_name"],
    ),
    failed: vec("failed", "Total number of connections failed to dial by the dialer a given name.", [
      "dialer_name",
      "reason",
    ]),
  };
}
