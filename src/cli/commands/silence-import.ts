import { readFileSync } from "node:fs";

import { type ApiClient, connect } from "../api/client.ts";
import type { PostableSilence } from "../api/models.ts";
import { postSilence } from "../api/post-silence.ts";
import { ApiError } from "../api/response.ts";
import { readSilences } from "../api/silence-stream.ts";
import { INPUT_FILE, SILENCE_IMPORT } from "../flags.ts";
import type { Session } from "../session.ts";

/** `amtool silence import`. What comes before a fault in the input is imported. */
export async function importSilences(session: Session): Promise<number> {
  const { values, environment } = session;
  const file = values.get(INPUT_FILE);
  const input = file === "" ? environment.stdin.read() : readFileSync(file);
  const { silences, fault, isFatal } = readSilences(input);
  if (isFatal) throw fault;

  const client = await connect(session);
  const force = values.get(SILENCE_IMPORT.force);
  const waiting = silences.map((silence) => (force ? { ...silence, id: undefined } : silence)).values();
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (const silence of waiting) if (!(await importSilence(client, silence, session))) failed++;
  };
  await Promise.all(Array.from({ length: Math.max(1, values.get(SILENCE_IMPORT.workers)) }, worker));
  if (fault !== undefined) throw fault;
  if (failed > 0) throw new Error(`couldn't import ${failed} out of ${silences.length} silences`);
  return 0;
}

const NOT_FOUND = 404;

async function importSilence(client: ApiClient, silence: PostableSilence, { environment }: Session): Promise<boolean> {
  try {
    environment.terminal.out(`${await createSilence(client, silence)}\n`);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    environment.terminal.error(`Error adding silence id='${silence.id ?? ""}': ${reason}\n`);
    return false;
  }
}

/** A silence that does not exist is created anew. */
async function createSilence(client: ApiClient, silence: PostableSilence): Promise<string> {
  try {
    return await postSilence(client, silence);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== NOT_FOUND) throw error;
    return postSilence(client, { ...silence, id: undefined });
  }
}
