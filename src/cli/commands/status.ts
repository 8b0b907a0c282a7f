import { connect } from "../api/client.ts";
import type { AlertmanagerStatus } from "../api/models.ts";
import { GET_STATUS } from "../api/operations.ts";
import { outputOf } from "../format/output.ts";
import { formatCluster, formatConfig } from "../format/status.ts";
import type { Session } from "../session.ts";

/** The status of the Alertmanager the flags name. */
export async function getStatus(session: Session): Promise<AlertmanagerStatus> {
  const client = await connect(session);
  return ((await client.call(GET_STATUS, {}, "command")) ?? {}) as AlertmanagerStatus;
}

/** `amtool cluster show` */
export async function showCluster(session: Session): Promise<number> {
  const { cluster } = await getStatus(session);
  session.environment.terminal.out(formatCluster(cluster, outputOf(session.values).form));
  return 0;
}

/** `amtool config show` */
export async function showConfig(session: Session): Promise<number> {
  const status = await getStatus(session);
  session.environment.terminal.out(formatConfig(status, outputOf(session.values).form));
  return 0;
}
