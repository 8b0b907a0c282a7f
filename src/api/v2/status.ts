import { Timestamp, formatMillis } from "../../core/model/timestamp.ts";
import type { APIContext } from "./context.ts";
import { jsonOK } from "./respond.ts";

/** `GET /api/v2/status` (spec §2.4) */
export function getStatus({ backend, version }: APIContext): Response {
  const { cluster, configOriginal, startedAt } = backend.status();
  const { branch, buildDate, buildUser, goVersion, revision } = version;
  return jsonOK({
    cluster: {
      name: cluster.name,
      peers: cluster.peers.map(({ address, name }) => ({ address, name })),
      status: cluster.status,
    },
    config: { original: configOriginal },
    uptime: formatMillis(new Timestamp(startedAt, 0, -60 * new Date(startedAt).getTimezoneOffset())),
    versionInfo: { branch, buildDate, buildUser, goVersion, revision, version: version.version },
  });
}
