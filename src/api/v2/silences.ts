import type { Actor } from "../../core/interfaces/observing.ts";
import { goQuote } from "../../core/model/goquote.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import type { PostableSilence } from "../../core/model/postable.ts";
import type { Silence, SilenceState } from "../../core/model/silence.ts";
import { silenceState } from "../../core/silencing/state.ts";
import type { Caller } from "../plus/caller.ts";
import { isTooDeep } from "./body.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import { decodeBody } from "./decode.ts";
import { FilterError, parseFilter } from "./filters.ts";
import { postableSilence } from "./postable-silence.ts";
import { refusedChange, refusedSilence } from "./silence-permission.ts";
import { ProtoTime } from "./proto-time.ts";
import { Query } from "./query.ts";
import { RequestError, empty, jsonOK, jsonText, textError } from "./respond.ts";
import { silenceJSON } from "./silence-json.ts";
import { isUUID } from "./uuid.ts";

/** `GET /api/v2/silences` (spec §2.9) */
export function getSilences(context: APIContext, call: APIRequest): Response {
  const { backend, log } = context;
  const query = new Query(call.query);
  let filter: Matcher[];
  try {
    filter = parseFilter(context.matchers, query.all("filter"));
  } catch (e) {
    if (!(e instanceof FilterError)) throw e;
    log.debug(e.log, { ...requestAttrs(call), err: e.err });
    return textError(400, e.message);
  }
  const now = backend.now();
  const wanted = { active: query.flag("active"), pending: query.flag("pending"), expired: query.flag("expired") };
  const byState: Record<SilenceState, Silence[]> = { active: [], pending: [], expired: [] };
  for (const silence of backend.silences()) {
    const state = silenceState(silence, now);
    if (wanted[state] && hasMatchers(silence, filter)) byState[state].push(silence);
  }
  byState.active.sort((a, b) => a.endsAt.compare(b.endsAt));
  byState.pending.sort((a, b) => a.startsAt.compare(b.startsAt));
  byState.expired.sort((a, b) => b.endsAt.compare(a.endsAt));
  const sorted = [...byState.active, ...byState.pending, ...byState.expired];
  const tooMany = sorted.find(hasSeveralSets);
  if (tooMany !== undefined) return severalSets(tooMany);
  return jsonText(`[${sorted.map((silence) => silenceJSON(silence, now)).join(",")}]`);
}

/** Whether the silence has a matcher identical to each of the filter's. */
function hasMatchers({ matcherSets }: Silence, filter: readonly Matcher[]): boolean {
  return matcherSets.some((set) =>
    filter.every((f) => set.some((m) => m.name === f.name && m.type === f.type && m.value === f.value)),
  );
}

function hasSeveralSets(silence: Silence): boolean {
  return silence.matcherSets.length > 1;
}

function severalSets({ id }: Silence): Response {
  const message = `silence '${id}' has multiple matcher sets which is not supported by this API version`;
  return textError(500, message);
}

/**
 * `POST /api/v2/silences` (spec §2.9, §7.2)
 *
 * @throws RequestError
 */
export async function postSilences({ backend, log }: APIContext, call: APIRequest): Promise<Response> {
  const body = await call.body.bytes();
  // Only asked for its refusal: depth is no trouble to the exact decoder.
  isTooDeep(body);
  const silence = decodeBody(body, "silence", postableSilence);
  const fault = timeFault(silence, backend.now());
  if (fault !== undefined) {
    const ends = { ends_at: new ProtoTime(silence.endsAt) };
    const times = fault === ENDS_FIRST ? { starts_at: new ProtoTime(silence.startsAt), ...ends } : ends;
    log.error(fault, { ...requestAttrs(call), ...times });
    return textError(400, fault);
  }
  const refusal = await refusedSilence(backend, call.caller, silence);
  if (refusal !== undefined) return textError(403, refusal);
  const result = await backend.setSilence(silence, actorOf(call.caller));
  if (result.ok) return jsonOK({ silenceID: result.id });
  log.error("Failed to create silence", { ...requestAttrs(call), err: result.message });
  return textError({ invalid: 400, "not found": 404, "not stored": 500 }[result.kind], result.message);
}

const ENDS_FIRST = "Failed to create silence: start time must be before end time";

function timeFault({ startsAt, endsAt }: PostableSilence, now: number): string | undefined {
  if (startsAt.compare(endsAt) >= 0) return ENDS_FIRST;
  if (endsAt.ms < now) return "Failed to create silence: end time can't be in the past";
  return undefined;
}

/**
 * `GET /api/v2/silence/{silenceID}`
 *
 * @throws RequestError
 */
export function getSilence({ backend, log }: APIContext, call: APIRequest, id: string): Response {
  checkID(id);
  const silence = backend.silence(id);
  if (silence === undefined) {
    log.error("Failed to find silence", { ...requestAttrs(call), err: null, id });
    return empty(404);
  }
  if (hasSeveralSets(silence)) return severalSets(silence);
  return jsonText(silenceJSON(silence, backend.now()));
}

/**
 * `DELETE /api/v2/silence/{silenceID}`
 *
 * @throws RequestError
 */
export async function deleteSilence({ backend, log }: APIContext, call: APIRequest, id: string): Promise<Response> {
  checkID(id);
  const refusal = await refusedChange(backend, call.caller, id);
  if (refusal !== undefined) return textError(403, refusal);
  const result = await backend.expireSilence(id, actorOf(call.caller));
  if (result.ok) return empty(200);
  log.error("Failed to expire silence", { ...requestAttrs(call), err: result.message });
  return result.kind === "not found" ? empty(404) : textError(500, result.message);
}

/** Undefined where nobody has said who they are. */
function actorOf(caller: Caller | undefined): Actor | undefined {
  return caller === undefined || caller.via === "nobody" ? undefined : { name: caller.name, via: caller.via };
}

function checkID(id: string): void {
  if (!isUUID(id)) throw new RequestError(601, `silenceID in path must be of type uuid: ${goQuote(id)}`);
}
