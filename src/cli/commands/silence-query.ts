import { encodeValues } from "../../notify/http/url.ts";
import { connect } from "../api/client.ts";
import type { GettableSilence } from "../api/models.ts";
import { GET_SILENCES } from "../api/operations.ts";
import { MATCHER_GROUPS, SILENCE_QUERY } from "../flags.ts";
import { outputOf } from "../format/output.ts";
import { formatSilences } from "../format/silences.ts";
import { withAlertname } from "../matchers.ts";
import type { Session } from "../session.ts";

/** `amtool silence query` */
export async function querySilences(session: Session): Promise<number> {
  const { values, environment } = session;
  const filters = withAlertname(session.matchers, values.get(MATCHER_GROUPS));
  const query = encodeValues(filters.map((filter) => ["filter", filter] as const));

  const client = await connect(session);
  const all = ((await client.call(GET_SILENCES, { query }, "command")) ?? []) as readonly GettableSilence[];
  const shown = all.filter((silence) => isWanted(silence, session));
  const ids = () => shown.map(({ id = "" }) => `${id}\n`).join("");
  environment.terminal.out(values.get(SILENCE_QUERY.quiet) ? ids() : formatSilences(shown, outputOf(values)));
  return 0;
}

function isWanted({ endsAt, createdBy, id }: GettableSilence, { values, environment }: Session): boolean {
  const now = environment.now();
  const within = values.get(SILENCE_QUERY.within);
  const author = values.get(SILENCE_QUERY.createdBy);
  const wantedId = values.get(SILENCE_QUERY.id);
  const end = endsAt?.ms ?? now;
  const inTime = values.get(SILENCE_QUERY.expired)
    ? end <= now && (within <= 0 || end >= now - within)
    : end >= now && (within <= 0 || end <= now + within);
  return inTime && (author === "" || author === createdBy) && (wantedId === "" || wantedId === id);
}
