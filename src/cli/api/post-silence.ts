import type { ApiClient } from "./client.ts";
import { encodeObject } from "./json-model.ts";
import { POSTABLE_SILENCE, type PostableSilence } from "./models.ts";
import { POST_SILENCES } from "./operations.ts";

/** Creates or changes a silence; its ID. */
export async function postSilence(client: ApiClient, silence: PostableSilence): Promise<string> {
  const body = `${encodeObject({ ...silence }, POSTABLE_SILENCE)}\n`;
  const posted = (await client.call(POST_SILENCES, { body }, "command")) as { silenceID?: string } | undefined;
  return posted?.silenceID ?? "";
}
