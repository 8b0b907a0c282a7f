import type { PostableSilence } from "../../core/model/postable.ts";
import { maySilence, permissionRefusal } from "../../core/silencing/permission.ts";
import { compileMatcherSet, InvalidSilence } from "../../core/silencing/validate.ts";
import type { Caller } from "../plus/caller.ts";
import type { Backend } from "../../core/interfaces/backend.ts";

/** Why a caller may not make a silence, or put it in the place of another one; undefined when they may. */
export async function refusedSilence(
  backend: Backend,
  caller: Caller | undefined,
  { id, matchers }: PostableSilence,
): Promise<string | undefined> {
  const permissions = caller?.silenceMatchers ?? null;
  if (permissions === null) return undefined;
  try {
    if (!maySilence(permissions, [compileMatcherSet(matchers, () => true)])) return permissionRefusal(permissions);
  } catch (error) {
    // Refused for what it is, in a moment.
    if (!(error instanceof InvalidSilence)) throw error;
  }
  return id === "" ? undefined : refusedChange(backend, caller, id);
}

/** Why a caller may not change or end a silence; undefined when they may, or when there is none. */
export async function refusedChange(
  backend: Backend,
  caller: Caller | undefined,
  id: string,
): Promise<string | undefined> {
  const permissions = caller?.silenceMatchers ?? null;
  if (permissions === null) return undefined;
  // It may be another server's of a moment ago. Its matchers never change.
  if (backend.silence(id) === undefined) await backend.catchUp();
  const held = backend.silence(id);
  return held === undefined || maySilence(permissions, held.matcherSets) ? undefined : permissionRefusal(permissions);
}
