import { ZERO_TIME } from "../../core/model/timestamp.ts";
import { connect } from "../api/client.ts";
import { encodeList } from "../api/json-model.ts";
import { POSTABLE_ALERTS, type PostableAlert } from "../api/models.ts";
import { POST_ALERTS } from "../api/operations.ts";
import { ALERT_ADD, LABELS } from "../flags.ts";
import { parseLabels, withAlertname } from "../matchers.ts";
import type { Session } from "../session.ts";
import { parseTime } from "../time.ts";

/** `amtool alert add`. A time that is not given is sent as year 1, which the server takes for "not set". */
export async function addAlert(session: Session): Promise<number> {
  const { values, matchers } = session;
  const labels = parseLabels(
    matchers,
    withAlertname(matchers, values.get(LABELS)),
    "labels must be specified as key=value pairs",
  );
  const annotations = parseLabels(
    matchers,
    values.get(ALERT_ADD.annotations),
    "annotations must be specified as key=value pairs",
  );
  const alert: PostableAlert = {
    labels,
    annotations,
    startsAt: parseTime(values.get(ALERT_ADD.start)) ?? ZERO_TIME,
    endsAt: parseTime(values.get(ALERT_ADD.end)) ?? ZERO_TIME,
    generatorURL: values.get(ALERT_ADD.generatorUrl),
  };

  const client = await connect(session);
  await client.call(POST_ALERTS, { body: `${encodeList([alert], POSTABLE_ALERTS)}\n` }, "command");
  return 0;
}
