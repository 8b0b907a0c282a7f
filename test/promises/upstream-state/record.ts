// Records the files an Alertmanager leaves behind, for takes-over-upstreams-files.test.ts.
// usage: ALERTMANAGER=/path/to/upstream/alertmanager bun test/promises/upstream-state/record.ts
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expireSilence, getSilences, postAlerts, postSilence } from "../../support/api.ts";
import { startServer } from "../../support/server.ts";
import { fromNow } from "../../support/time.ts";
import { WebhookReceiver } from "../../support/webhook.ts";
import { endedSilence, firing, resolved, silences, stateArgs, stateConfig } from "./state.ts";

await using hook = new WebhookReceiver();
await using server = await startServer({ config: stateConfig(hook.url), args: stateArgs });

for (const silence of silences) await postSilence(server, silence);
await expireSilence(server, await postSilence(server, endedSilence));
await postAlerts(server, ...firing, resolved);
// Two integrations for each of A and B, one for C.
for (let sent = 0; sent < 5; sent++) await hook.take();
await postAlerts(server, { ...resolved, endsAt: fromNow(0) });
await hook.takeUntil("tells of the resolved one", ({ alerts }) => alerts.some(({ status }) => status === "resolved"));
const rest = await hook.untaken(1_500);
if (rest.length > 0) throw new Error(`more was sent than expected: ${JSON.stringify(rest)}`);

const shown = await getSilences(server);
if ((await server.stop()) !== 0) throw new Error(server.log());
for (const file of ["silences", "nflog"]) copyFileSync(join(server.storagePath, file), join(import.meta.dir, file));
writeFileSync(join(import.meta.dir, "silences.json"), `${JSON.stringify(shown, undefined, 2)}\n`);
