import { connect } from "../api/client.ts";
import { DELETE_SILENCE } from "../api/operations.ts";
import { SILENCE_IDS } from "../flags.ts";
import type { Session } from "../session.ts";

/** `amtool silence expire` */
export async function expireSilences(session: Session): Promise<number> {
  const ids = session.values.get(SILENCE_IDS);
  if (ids.length === 0) throw new Error("no silence IDs specified");
  const client = await connect(session);
  for (const silenceID of ids) await client.call(DELETE_SILENCE, { silenceID }, "command");
  return 0;
}
