/**
 * Commits without end to the database of the directory it is given and prints the number of each commit that was
 * acknowledged: killed at any moment, what it printed has to be in the file (kill.test.ts).
 */
import { alertOf, silenceOf } from "../fixtures.ts";
import { createSqliteStorage } from "./index.ts";

const storage = await createSqliteStorage({ directory: process.argv[2] as string });
const { alerts } = await storage.load();
let next = alerts.length;

async function commitForever(): Promise<never> {
  for (;;) {
    const n = next++;
    await storage.commit({
      alerts: [alertOf({ alertname: `A${n}` })],
      silences: [silenceOf(`S${n % 50}`)],
      aliveAt: n,
    });
    process.stdout.write(`${n}\n`);
  }
}

process.stdout.write("ready\n");
await Promise.all(Array.from({ length: 8 }, commitForever));
