import { Timestamp } from "../../core/model/timestamp.ts";
import { connect } from "../api/client.ts";
import type { PostableSilence } from "../api/models.ts";
import { postSilence } from "../api/post-silence.ts";
import { MATCHER_GROUPS, SILENCE_ADD } from "../flags.ts";
import { parseLabels, withAlertname } from "../matchers.ts";
import type { Session } from "../session.ts";
import { checkOrder, endAfter, parseTime } from "../time.ts";

/** `amtool silence add` */
export async function addSilence(session: Session): Promise<number> {
  const silence = silenceOf(session);
  const client = await connect(session);
  const id = await postSilence(client, silence);
  session.environment.terminal.out(`${id}\n`);
  return 0;
}

function silenceOf({ values, matchers: parser, environment }: Session): PostableSilence {
  const args = withAlertname(parser, values.get(MATCHER_GROUPS));
  const matchers = args.map((arg) => parser.parseMatcher(arg, "cli").toJSON());
  if (matchers.length === 0) throw new Error("no matchers specified");
  const startsAt = parseTime(values.get(SILENCE_ADD.start)) ?? new Timestamp(environment.now());
  const endsAt = parseTime(values.get(SILENCE_ADD.end)) ?? endAfter(startsAt, values.get(SILENCE_ADD.duration));
  checkOrder(startsAt, endsAt);
  const comment = values.get(SILENCE_ADD.comment);
  if (values.get(SILENCE_ADD.requireComment) && comment === "") throw new Error("comment required by config");
  const annotations = parseLabels(
    parser,
    values.get(SILENCE_ADD.annotations),
    "annotations must be specified as key=value pairs",
  );
  return { matchers, startsAt, endsAt, createdBy: values.get(SILENCE_ADD.author), comment, annotations };
}
