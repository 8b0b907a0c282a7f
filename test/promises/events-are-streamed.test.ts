import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { makeCertificates, temporaryDirectory } from "../../src/api/web/web-harness.ts";
import { metric, postAlerts, postSilence, request } from "../support/api.ts";
import { EventReader } from "../support/events.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";
import { Server, startServer } from "../support/server.ts";
import { freePort } from "../support/port.ts";
import { silenceOf } from "../support/silences.ts";
import { eventually, pause } from "../support/wait.ts";
import { WebhookReceiver } from "../support/webhook.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
const alert = (alertname: string, labels: Record<string, string> = {}) => ({ labels: { alertname, ...labels } });

test.concurrent(
  "who comes back after a cut connection misses nothing and hears nothing twice",
  async () => {
    await using server = await startServer({ config });
    const heard: string[] = [];
    let lastId: string | undefined;
    for (let round = 0; round < 5; round++) {
      const reader = await EventReader.open(server, "?kinds=alert", lastId);
      await postAlerts(server, alert("While", { round: `${round}` }));
      await reader.until(
        "it is told",
        ({ data }) => data.labels?.["alertname"] === "While" && data.labels["round"] === `${round}`,
      );
      lastId = reader.lastId;
      reader.cut();
      heard.push(...reader.events.map(({ data }) => `${data.labels?.["alertname"]} ${data.labels?.["round"]}`));
      await postAlerts(server, alert("Between", { round: `${round}` }));
    }
    await using last = await EventReader.open(server, `?kinds=alert&lastEventId=${lastId}`);
    await last.until("the last is told", ({ data }) => data.labels?.["round"] === "4");
    heard.push(...last.events.map(({ data }) => `${data.labels?.["alertname"]} ${data.labels?.["round"]}`));
    expect(heard).toEqual([0, 1, 2, 3, 4].flatMap((round) => [`While ${round}`, `Between ${round}`]));
  },
  60_000,
);

test.concurrent(
  "after a restart who comes back is told to look anew",
  async () => {
    await using server = await startServer({ config });
    const before = await EventReader.open(server);
    await postAlerts(server, alert("A"));
    await before.until("it is told", ({ type }) => type === "alert");

    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4_900);
    await eventually("the stream has ended", () => before.isEnded);

    await server.start();
    await using after = await EventReader.open(server, "", before.lastId);
    expect((await after.until("a reset", () => true)).type).toBe("reset");
    await postAlerts(server, alert("B"));
    await after.until("what is new", ({ data }) => data.labels?.["alertname"] === "B");
  },
  60_000,
);

test.concurrent(
  "filters choose kinds and labels",
  async () => {
    await using server = await startServer({ config });
    await using alerts = await EventReader.open(server, '?kinds=alert,silence&filter=team="a"');
    await postAlerts(server, alert("A", { team: "a" }), alert("B", { team: "b" }));
    await postSilence(server, silenceOf("team", "b"));
    await alerts.until("the silence", ({ type }) => type === "silence");
    expect(alerts.events.map(({ type, data }) => [type, data.change, data.labels?.["alertname"]])).toEqual([
      ["alert", "firing", "A"],
      ["silence", "created", undefined],
    ]);
    const refused = await request(server, "GET", "/api/plus/v1/events?kinds=alert,weather");
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('not \\"weather\\"');
  },
  60_000,
);

test.concurrent(
  "a stream takes no place from other requests and is not cut off by --web.timeout",
  async () => {
    await using server = await startServer({ config, args: ["--web.get-concurrency=1", "--web.timeout=3"] });
    await using one = await EventReader.open(server);
    await using two = await EventReader.open(server);
    await pause(3_500);
    expect((await request(server, "GET", "/api/v2/alerts")).status).toBe(200);
    await postAlerts(server, alert("A"));
    await one.until("it is told", ({ type }) => type === "alert");
    await two.until("it is told", ({ type }) => type === "alert");
    expect(await metric(server, "alertmanager_plus_event_streams")).toBe(2);
  },
  60_000,
);

test.concurrent(
  "who does not read costs no memory, and is cut off",
  async () => {
    await using server = await startServer({ config });
    const slow = connect(server.port, "127.0.0.1");
    slow.write("GET /api/plus/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually("it listens", async () => (await metric(server, "alertmanager_plus_event_streams")) === 1);
    slow.pause();
    const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]) / 1024;
    // The same alerts over and over, with an annotation that makes each time an event of 2 KB.
    const round = (n: number) =>
      Array.from({ length: 500 }, (_, i) => ({
        labels: { alertname: "A", i: String(i) },
        annotations: { n: `${n} ${"x".repeat(2000)}` },
      }));
    for (let n = 0; n < 240; n++) await postAlerts(server, ...round(n));
    await eventually("it is cut off", async () => (await metric(server, "alertmanager_plus_event_streams")) === 0);
    expect(await metric(server, "alertmanager_plus_events_dropped_total")).toBeGreaterThan(0);
    // 240 MB of events were not told. What the requests themselves took is given back in a while.
    await eventually("memory is as before", () => rss() < 200, { withinMs: 40_000, everyMs: 200 });
    slow.destroy();
  },
  120_000,
);

test.concurrent(
  "streams work over TLS, with HTTP/2 and without, and do not hold up the end",
  async () => {
    using directory = temporaryDirectory();
    await makeCertificates(directory.path);
    const web = directory.write("web.yml", `tls_server_config: { cert_file: server.crt, key_file: server.key }\n`);
    await using server = new Server({ config, args: [`--web.config.file=${web}`] }, await freePort());
    server.spawn();
    const url = `https://127.0.0.1:${server.port}`;
    const curl = (...args: string[]) =>
      Bun.spawn(["curl", "-sSN", "--cacert", `${directory.path}/ca.crt`, ...args], {
        stdout: "pipe",
        stderr: "ignore",
      });
    await eventually("it is ready", async () => (await curl(`${url}/-/ready`, "-f").exited) === 0);

    const readers = ["--http1.1", "--http2"].map((flag) =>
      curl(flag, "-D", "-", `${url}/api/plus/v1/events?kinds=alert`),
    );
    const texts = readers.map((child) => new Response(child.stdout).text());
    await eventually("both listen", async () => {
      const text = await new Response(curl(`${url}/metrics`).stdout).text();
      return text.includes("alertmanager_plus_event_streams 2");
    });
    const body = JSON.stringify([alert("Secure")]);
    await curl("-H", "Content-Type: application/json", "-d", body, `${url}/api/v2/alerts`).exited;
    await pause(500);
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4_900);
    const [one, two] = await Promise.all(texts);
    expect(one).toStartWith("HTTP/1.1 200");
    expect(two).toStartWith("HTTP/2 200");
    for (const text of [one, two]) expect(text).toContain('"summary":"Secure is firing"');
  },
  120_000,
);

test.concurrent(
  "one server of several tells what happens on the others",
  async () => {
    await using webhook = new WebhookReceiver();
    await using postgres = await startPostgres();
    await using replicas = await startReplicas({
      config: `route: { receiver: r, group_wait: 0s }\nreceivers: [{ name: r, webhook_configs: [{ url: "${webhook.url}" }] }]\n`,
      postgres,
      count: 2,
    });
    const [one, other] = replicas.members as [Server, Server];
    await using here = await EventReader.open(one);
    await using there = await EventReader.open(other);
    await postAlerts(one, alert("Shared"));
    await webhook.take();
    await Promise.all(
      [here, there].map(async (reader) => {
        await reader.until(
          "the alert",
          ({ type, data }) => type === "alert" && data.labels?.["alertname"] === "Shared",
        );
        await reader.until(
          "the notification",
          ({ type, data }) => type === "notification" && data.change === "delivered",
        );
      }),
    );
  },
  120_000,
);
