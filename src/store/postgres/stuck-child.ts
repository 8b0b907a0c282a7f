/** A server that stands still in the midst of claiming. Arguments: the database's URL, the schema, the patience in ms. */
import { createPostgresStorage } from "./index.ts";
import { settingsFor } from "./postgres-fixtures.ts";

const [url = "", schema = "", timeout = ""] = process.argv.slice(2);
const storage = await createPostgresStorage({ settings: settingsFor(url, { schema, timeout: Number(timeout) }) });
await storage.load();
await storage.claim({ configHash: "c", limit: 10, lease: 10_000 }, () => {
  process.stdout.write("claimed\n");
  process.kill(process.pid, "SIGSTOP");
  return [];
});
