import { expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getAlerts, getSilences, postAlerts } from "../support/api.ts";
import { freePort } from "../support/port.ts";
import { run } from "../support/run.ts";
import { program, Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { WebhookReceiver } from "../support/webhook.ts";
import { firing, stateArgs, stateConfig } from "../promises/upstream-state/state.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/migration-quick-start.md"), "utf8");
const [ask = "", see = "", back = ""] = Array.from(page.matchAll(/^```sh\n(.*?)^```$/gms), ([, script = ""]) => script);
const recorded = join(import.meta.dir, "../promises/upstream-state");
// Where the page's programs are found by their names: amtool beside alertmanager.
const PATH = `${dirname(program)}:${process.env["PATH"]}`;

const UPSTREAM = process.env["UPSTREAM_ALERTMANAGER"];
if (UPSTREAM === undefined) {
  console.log(
    "migration-quick-start: UPSTREAM_ALERTMANAGER names no Alertmanager, so one of ours stands for it before and after",
  );
}

test("what the page has one type, one after the other, leads there and back", async () => {
  await using hook = new WebhookReceiver();
  const config = stateConfig(hook.url);
  const old = { config, args: stateArgs, ...(UPSTREAM === undefined ? {} : { program: UPSTREAM }) };
  // Given an Alertmanager that has told of what is firing,
  await using before = new Server(old, await freePort());
  const cwd = before.directory;
  const type = async (script: string, port: number) => {
    const said = await run(["bash", "-euc", script.replaceAll("localhost:9093", `127.0.0.1:${port}`)], {
      cwd,
      env: { PATH, HOME: cwd },
      withinMs: 240_000,
    });
    expect({ code: said.code, stderr: said.stderr }).toMatchObject({ code: 0 });
    return said.stdout;
  };
  const alerts = firing.map((alert) => Object.assign({}, alert, { startsAt: fromNow(-60_000) }));
  mkdirSync(before.storagePath);
  for (const file of ["silences", "nflog"]) copyFileSync(join(recorded, file), join(before.storagePath, file));
  await before.start();
  await postAlerts(before, ...alerts);

  // when one asks
  const answers = await type(ask, before.port);
  expect(answers).toContain("SUCCESS");
  expect(answers).toContain("first notification");
  const silences = (await getSilences(before)).map(({ id }) => id).sort();
  await before.stop();

  // and starts ours in its place,
  await using ours = new Server({ config, args: stateArgs }, await freePort());
  mkdirSync(ours.storagePath);
  for (const file of ["silences", "nflog"]) {
    copyFileSync(join(before.storagePath, file), join(ours.storagePath, file));
  }
  await ours.start();
  await postAlerts(ours, ...alerts);
  // then everything is there, and nobody is told again.
  expect(await type(see, ours.port)).toContain('"status":"ok"');
  expect((await getSilences(ours)).map(({ id }) => id).sort()).toEqual(silences);
  expect(await getAlerts(ours)).toHaveLength(alerts.length);
  expect((await hook.untaken(1_500)).length).toBe(0);
  await ours.stop();

  // And back.
  writeFileSync(join(before.storagePath, "silences"), "");
  await run(["cp", "-R", `${ours.storagePath}/.`, before.storagePath]);
  await type(back, 0);
  expect(statSync(join(before.storagePath, "silences")).size).toBeGreaterThan(0);
  await before.start();
  expect((await getSilences(before)).map(({ id }) => id).sort()).toEqual(silences);
}, 300_000);
