import type { Static } from "@sinclair/typebox";
import type { EXPLANATION } from "../api/plus/explain/schemas.ts";
import { newMatcher } from "../core/model/matcher.ts";
import type { ApiClient } from "./api/client.ts";
import type { Labels } from "./api/models.ts";

/** What a server of ours says of an alert. */
export type ServerExplanation = Static<typeof EXPLANATION>;

/** Has the server explain, which knows more than its API shows. Undefined where it is an Alertmanager that cannot. */
export async function askServer(client: ApiClient, labels: Labels): Promise<ServerExplanation | undefined> {
  const text = Object.entries(labels)
    .map(([name, value]) => newMatcher("=", name, value).toString())
    .join(",");
  const answer = await client.ask(`explain?labels=${encodeURIComponent(text.toWellFormed())}`);
  if (answer === undefined) return undefined;
  const explanation = answer as Partial<ServerExplanation>;
  return explanation.verdict === undefined ? undefined : (explanation as ServerExplanation);
}
