import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getAlerts, postAlerts, request } from "../support/api.ts";
import { GOOD_ANSWER, LLMServer } from "../support/llm-server.ts";
import { freePort } from "../support/port.ts";
import { startPostgres } from "../support/postgres.ts";
import { Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { eventually, pause } from "../support/wait.ts";

const HOUR = 3_600_000;
const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
const alert = (alertname: string, instance: string, endsIn = HOUR) => ({
  labels: { alertname, instance },
  endsAt: fromNow(endsIn),
});

const plus = (llm: LLMServer) => `
llm:
  enabled: true
  provider: custom
  base_url: ${llm.url}/v1
  api_key: k
  model: m
  prices: { m: { in: 100, out: 100 } }
`;

async function serverWith(settings: string, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const server = new Server({ config, args: ["--plus.config.file=plus.yml"], env }, await freePort());
  writeFileSync(join(server.directory, "plus.yml"), settings);
  await server.start();
  return server;
}

const path = (fingerprint: string) => `/api/plus/v1/classifications/${fingerprint}`;

/** The fingerprint of the alert of an instance. */
async function fingerprintOf(server: Server, instance: string): Promise<string> {
  const found = (await getAlerts(server)).find(({ labels }) => labels["instance"] === instance);
  if (found === undefined) throw new Error(`no alert of ${instance}`);
  return found.fingerprint;
}

async function classified(server: Server, fingerprint: string): Promise<Record<string, unknown>> {
  const { text } = await request(server, "GET", path(fingerprint));
  return JSON.parse(text) as Record<string, unknown>;
}

const byModel = (server: Server, fingerprint: string) =>
  eventually("the model's answer is there", async () => {
    const one = await classified(server, fingerprint);
    return one["classifier"] === "llm" ? one : undefined;
  });

const spentBy = async (server: Server) =>
  (JSON.parse((await request(server, "GET", "/api/plus/v1/llm")).text) as { spentUsd: number }).spentUsd;

const CORRECTION = { severity: "info", category: "operations", reason: "It is being moved." };

test.concurrent(
  "what a person said is there after kill -9 right after the answer; taken back, it stays so",
  async () => {
    await using server = await serverWith("");
    await postAlerts(server, alert("Odd", "1"), alert("Odd", "2"));
    const [one, two] = [await fingerprintOf(server, "1"), await fingerprintOf(server, "2")];
    for (const fingerprint of [one, two]) {
      expect((await request(server, "PUT", path(fingerprint), CORRECTION)).status).toBe(200);
    }
    expect((await request(server, "DELETE", path(two))).status).toBe(200);
    const before = [await classified(server, one), await classified(server, two)];
    expect(before).toMatchObject([{ ...CORRECTION, classifier: "person" }, { classifier: "rules" }]);
    await server.kill();
    await server.start();

    expect([await classified(server, one), await classified(server, two)]).toEqual(before);
    await server.stop();
    await server.start();
    expect([await classified(server, one), await classified(server, two)]).toEqual(before);
  },
  60_000,
);

test.concurrent(
  "what a language model answered and cost is there after kill -9, and the same is not asked again",
  async () => {
    await using llm = await LLMServer.start();
    await using server = await serverWith(plus(llm));
    await postAlerts(server, alert("Curious", "1"));
    const fingerprint = await fingerprintOf(server, "1");
    const before = await byModel(server, fingerprint);
    expect(before).toMatchObject({ severity: GOOD_ANSWER.severity, category: GOOD_ANSWER.category });
    const spent = await spentBy(server);
    expect(spent).toBeGreaterThan(0);
    const asked = llm.requests.length;
    // It is stored within a few seconds, and nobody waits for that.
    await pause(8_000);
    await server.kill();
    await server.start();

    expect(await classified(server, fingerprint)).toEqual(before);
    expect(await spentBy(server)).toBeCloseTo(spent, 6);
    await postAlerts(server, alert("Curious", "2"));
    await byModel(server, await fingerprintOf(server, "2"));
    expect(llm.requests).toHaveLength(asked);
  },
  60_000,
);

test.concurrent(
  "on Postgres every server shows the same within a second, and after a restart too",
  async () => {
    await using postgres = await startPostgres();
    const env = { ALERTMANAGER_POSTGRES_URL: postgres.url };
    await using a = await serverWith("", env);
    await using b = await serverWith("", env);
    for (const server of [a, b]) {
      await eventually("it shares", async () => server.log().includes("Sharing with Postgres"));
    }
    await postAlerts(a, alert("Odd", "1"));
    const fingerprint = await fingerprintOf(a, "1");
    expect((await request(a, "PUT", path(fingerprint), CORRECTION)).status).toBe(200);
    const shown = await classified(a, fingerprint);
    await eventually("the other shows it", async () => (await classified(b, fingerprint))["classifier"] === "person", {
      withinMs: 5_000,
    });
    expect(await classified(b, fingerprint)).toEqual(shown);

    expect((await request(b, "DELETE", path(fingerprint))).status).toBe(200);
    await eventually("it is taken back", async () => (await classified(a, fingerprint))["classifier"] === "rules", {
      withinMs: 5_000,
    });
    await request(b, "PUT", path(fingerprint), { ...CORRECTION, severity: "noise" });
    const last = await classified(b, fingerprint);
    await a.kill();
    await a.start();
    await eventually("it shares", async () => (await classified(a, fingerprint))["severity"] === "noise");
    expect(await classified(a, fingerprint)).toEqual(last);
  },
  120_000,
);
