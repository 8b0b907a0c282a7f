import { encodeValues } from "../../notify/http/url.ts";
import { connect } from "../api/client.ts";
import type { GettableAlert } from "../api/models.ts";
import { GET_ALERTS } from "../api/operations.ts";
import { ALERT_QUERY, MATCHER_GROUPS } from "../flags.ts";
import { formatAlerts } from "../format/alerts.ts";
import { outputOf } from "../format/output.ts";
import { withAlertname } from "../matchers.ts";
import type { Session } from "../session.ts";

/** `amtool alert query` */
export async function queryAlerts(session: Session): Promise<number> {
  const { values, environment } = session;
  const filters = withAlertname(session.matchers, values.get(MATCHER_GROUPS));
  const states = {
    active: values.get(ALERT_QUERY.active),
    inhibited: values.get(ALERT_QUERY.inhibited),
    silenced: values.get(ALERT_QUERY.silenced),
    unprocessed: values.get(ALERT_QUERY.unprocessed),
  };
  if (!Object.values(states).includes(true)) states.active = true;
  const receiver = values.get(ALERT_QUERY.receiver);
  const query = encodeValues([
    ...Object.entries(states).map(([name, value]) => [name, String(value)] as const),
    ...filters.map((filter) => ["filter", filter] as const),
    ...(receiver === "" ? [] : [["receiver", receiver] as const]),
  ]);

  const client = await connect(session);
  const alerts = (await client.call(GET_ALERTS, { query }, "command")) as readonly GettableAlert[] | undefined;
  environment.terminal.out(formatAlerts(alerts, outputOf(values)));
  return 0;
}
