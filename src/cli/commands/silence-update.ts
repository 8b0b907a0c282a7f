import { connect } from "../api/client.ts";
import type { GettableSilence } from "../api/models.ts";
import { GET_SILENCE } from "../api/operations.ts";
import { postSilence } from "../api/post-silence.ts";
import { SILENCE_UPDATE, UPDATE_IDS } from "../flags.ts";
import { outputOf } from "../format/output.ts";
import { formatSilences } from "../format/silences.ts";
import type { Session } from "../session.ts";
import { checkOrder, endAfter, parseTime } from "../time.ts";

/** `amtool silence update` */
export async function updateSilences(session: Session): Promise<number> {
  const { values, environment } = session;
  const ids = values.get(UPDATE_IDS);
  if (ids.length === 0) throw new Error("no silence IDs specified");
  const client = await connect(session);
  const updated: GettableSilence[] = [];
  for (const silenceID of ids) {
    const silence = (await client.call(GET_SILENCE, { silenceID }, "request")) as GettableSilence | undefined;
    if (silence?.id === undefined) throw new Error(`the answer for silence ${silenceID} has no ID`);
    const changed = changedBy(silence, session);
    // Upstream makes a client of its own for each change, and with it compares versions again.
    const own = await connect(session);
    updated.push({ ...changed, id: await postSilence(own, changed) });
  }
  const idLines = () => updated.map(({ id = "" }) => `${id}\n`).join("");
  environment.terminal.out(values.get(SILENCE_UPDATE.quiet) ? idLines() : formatSilences(updated, outputOf(values)));
  return 0;
}

function changedBy(silence: GettableSilence, { values }: Session): GettableSilence {
  const startsAt = parseTime(values.get(SILENCE_UPDATE.start)) ?? silence.startsAt;
  const duration = values.get(SILENCE_UPDATE.duration);
  let endsAt = parseTime(values.get(SILENCE_UPDATE.end));
  if (endsAt === undefined && duration !== "" && startsAt !== undefined) endsAt = endAfter(startsAt, duration);
  endsAt ??= silence.endsAt;
  checkOrder(startsAt, endsAt);
  const comment = values.get(SILENCE_UPDATE.comment);
  return { ...silence, startsAt, endsAt, comment: comment === "" ? silence.comment : comment };
}
