import { describe, expect, test } from "bun:test";
import { copyFileSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  expireSilence,
  getAlerts,
  getSilences,
  postAlerts,
  postSilence,
  type GettableSilence,
} from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run, type Outcome } from "../support/run.ts";
import { program, Server, startServer } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { alertLines, WebhookReceiver } from "../support/webhook.ts";
import { endedSilence, firing, resolved, silences, stateArgs, stateConfig } from "./upstream-state/state.ts";

// Who goes on from the files: Alertmanager itself where UPSTREAM_ALERTMANAGER says where it is, and our own reader of them.
const upstream = process.env.UPSTREAM_ALERTMANAGER;
const hasUpstream = upstream !== undefined && existsSync(upstream);
if (!hasUpstream) {
  console.log("the-way-home: only with our own reader of the files, as UPSTREAM_ALERTMANAGER names no Alertmanager");
}
const readers = [program, ...(hasUpstream ? [upstream] : [])];

/** Runs `alertmanager export` on what a server that was stopped has stored; gives what it prints. */
function exportFrom(storagePath: string): Promise<Outcome> {
  return run([program, "export", `--storage.path=${storagePath}`, ...stateArgs]);
}

/** Copies upstream's files, and nothing else, from where one server stored to where another will look. */
function copySnapshots(from: Server, to: Server): void {
  for (const file of ["silences", "nflog"]) copyFileSync(join(from.storagePath, file), join(to.storagePath, file));
}

/** Five silences, one of them ended, and two groups and a half that have been notified. */
async function fill(server: Server, hook: WebhookReceiver): Promise<GettableSilence[]> {
  for (const silence of silences) await postSilence(server, silence);
  await expireSilence(server, await postSilence(server, endedSilence));
  await postAlerts(server, ...firing, resolved);
  for (let sent = 0; sent < 5; sent++) await hook.take();
  await postAlerts(server, { ...resolved, endsAt: fromNow(0) });
  await hook.takeUntil("tells of the resolved one", ({ alerts }) => alerts.some(({ status }) => status === "resolved"));
  expect(await hook.untaken(1_000)).toEqual([]);
  return await getSilences(server);
}

// Silences that end at the same time stand in no particular order.
const byId = (some: readonly GettableSilence[]) => some.toSorted((a, b) => (a.id < b.id ? -1 : 1));

describe.each(readers)("%s", (reader) => {
  test.concurrent(
    "goes on from the files that export writes: no silence is lifted, no page repeated",
    async () => {
      await using hook = new WebhookReceiver();
      const config = stateConfig(hook.url);
      await using ours = await startServer({ config, args: stateArgs });
      const shown = await fill(ours, hook);
      await ours.stop();
      expect(await exportFrom(ours.storagePath)).toEqual({
        code: 0,
        stdout: `wrote 5 silences and 5 notification log entries to ${ours.storagePath}\n`,
        stderr: "",
      });

      await using next = new Server({ config, args: stateArgs, program: reader }, await freePort());
      mkdirSync(next.storagePath);
      copySnapshots(ours, next);
      await next.start();
      expect(byId(await getSilences(next))).toEqual(byId(shown));
      await postAlerts(next, ...firing, { labels: { alertname: "Silenced" } });
      const [silenced] = await getAlerts(next, { filter: "alertname=Silenced" });
      expect(silenced?.status.silencedBy).toEqual([
        shown.find(({ matchers }) => matchers[0]?.value === "Silenced")?.id ?? "",
      ]);
      expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);

      await postAlerts(next, { labels: { alertname: "A", instance: "4" } });
      for (const { message } of [await hook.take(), await hook.take()]) {
        expect(alertLines(message)).toEqual(["1", "2", "4"].map((n) => `firing alertname=A instance=${n}`));
        expect(message.notification_reason).toBe("new alerts added");
      }
    },
    60_000,
  );
});

test.skipIf(!hasUpstream)(
  "on the way back what Alertmanager did meanwhile counts",
  async () => {
    await using hook = new WebhookReceiver();
    const config = stateConfig(hook.url);
    await using ours = await startServer({ config, args: stateArgs });
    const shown = await fill(ours, hook);
    await ours.stop();
    expect((await exportFrom(ours.storagePath)).code).toBe(0);

    await using theirs = new Server({ config, args: stateArgs, program: upstream ?? "" }, await freePort());
    cpSync(ours.storagePath, theirs.storagePath, { recursive: true });
    await theirs.start();
    const lifted = shown.find(({ matchers }) => matchers[0]?.value === "Silenced")?.id ?? "";
    await expireSilence(theirs, lifted);
    const added = await postSilence(theirs, { ...endedSilence, comment: "made meanwhile" });
    await postAlerts(theirs, { labels: { alertname: "D" }, endsAt: fromNow(3_600_000) });
    await hook.take();
    await hook.take();
    const left = await getSilences(theirs);
    await theirs.stop();

    copySnapshots(theirs, ours);
    await ours.start();
    expect(byId(await getSilences(ours))).toEqual(byId(left));
    expect(left.find(({ id }) => id === lifted)?.status.state).toBe("expired");
    expect(left.some(({ id }) => id === added)).toBeTrue();
    await postAlerts(ours, ...firing, { labels: { alertname: "D" }, endsAt: fromNow(3_600_000) });
    expect((await hook.untaken(1_500)).map(({ message }) => alertLines(message))).toEqual([]);
  },
  60_000,
);

test.concurrent(
  "export wants a server's directory, and one that no server uses",
  async () => {
    await using server = await startServer({ config: stateConfig("http://127.0.0.1:1/") });
    const busy = await exportFrom(server.storagePath);
    expect([busy.code, busy.stdout]).toEqual([1, ""]);
    expect(busy.stderr).toContain(`${join(server.storagePath, "alertmanager.db")} is in use by another process`);

    const elsewhere = join(server.directory, "elsewhere");
    expect(await exportFrom(elsewhere)).toEqual({
      code: 1,
      stdout: "",
      stderr: `alertmanager export: error: there is no alertmanager.db in ${elsewhere}: expected the --storage.path of a server\n`,
    });
    expect(existsSync(elsewhere)).toBeFalse();
  },
  60_000,
);
