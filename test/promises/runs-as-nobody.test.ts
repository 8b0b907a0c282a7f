import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, Server } from "../support/server.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";

const NOBODY = 65_534;

/** As in a container that is given nothing: a user without a name or home, no environment. */
const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "env", "-i"];

/** Only `$0`, the storage path, can be written below the root; to be sure, a file beside it is tried. */
const readOnlyRoot = `
mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,bind,ro / || exit 1
for dir in /tmp /dev/shm; do
  if mountpoint -q "$dir"; then mount -o remount,bind,ro "$dir" || exit 1; fi
done
if touch "$0.probe" 2>/dev/null; then echo "the root can still be written" >&2; exit 1; fi
touch "$0/probe" && rm "$0/probe" && exec "$@"`;

const wrapper = (storagePath: string) => ["unshare", "--mount", "sh", "-c", readOnlyRoot, storagePath, ...asNobody];

async function whyNot(directory: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "only root can become another user";
  for (const command of ["setpriv", "unshare", "mount", "mountpoint"]) {
    if (Bun.which(command) === null) return `there is no ${command} command`;
  }
  const tried = await run([...wrapper(directory), program, "--version"]);
  return tried.code === 0 ? undefined : tried.stderr.trim();
}

test("as a user without name, home or environment, on a root that is read-only, it needs nothing but its storage path", async () => {
  await using hook = new WebhookReceiver();
  const config = `
route: { receiver: hook, group_wait: 100ms }
receivers: [{ name: hook, webhook_configs: [{ url: "${hook.url}" }] }]
`;
  await using server = new Server({ config, wrapper }, await freePort());
  mkdirSync(server.storagePath);
  chownSync(server.storagePath, NOBODY, NOBODY);
  chmodSync(server.directory, 0o755);
  const why = await whyNot(server.storagePath);
  if (why !== undefined) {
    console.log(`runs-as-nobody: not run, ${why}`);
    return;
  }

  await server.start();
  expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  await postAlerts(server, { labels: { alertname: "test" } });
  expect(alertLines((await hook.take()).message)).toEqual(["firing alertname=test"]);
  expect(statSync(join(server.storagePath, "alertmanager.db")).uid).toBe(NOBODY);
  const amtool = [...asNobody, join(dirname(program), "amtool"), `--alertmanager.url=${server.url}`];
  expect(await run([...amtool, "alert", "query", "-o", "extended"])).toMatchObject({ code: 0, stderr: "" });
  expect(await server.stop()).toBe(0);
  expect(server.log()).not.toMatch(/level=(WARN|ERROR)/);
}, 60_000);
