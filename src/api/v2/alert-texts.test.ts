import { afterEach, expect, test } from "bun:test";
import { startAPI } from "../../../test/compat/api/engine-server.ts";
import type { Alert } from "../../core/model/alert.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../../core/model/labels.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { AlertTexts } from "./alert-texts.ts";

const MINUTE = 60_000;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

type World = Awaited<ReturnType<typeof startAPI>>;

async function start(over: Parameters<typeof startAPI>[0] = {}): Promise<World> {
  const world = await startAPI(over);
  running.push(world.stop);
  return world;
}

async function send({ api }: World, method: string, path: string, body?: unknown): Promise<string> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await api.handle(new Request(`http://localhost/api/v2${path}`, { method, ...init }));
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text;
}

const PATHS = [
  "/alerts",
  "/alerts/groups",
  "/alerts?active=false",
  "/alerts?filter=severity=critical",
  "/alerts?receiver=team-Z",
  "/alerts/groups?receiver=team-Y&inhibited=false",
  "/alerts?silenced=false&inhibited=false",
];

test("what was answered before never shows in what is answered now", async () => {
  const old = await start();
  // Reads the same engine and has answered nothing yet.
  const isTheSame = async (when: string) => {
    const fresh = await start({ backend: old.engine });
    for (const path of PATHS) {
      expect(`${when}: ${await send(old, "GET", path)}`).toBe(`${when}: ${await send(fresh, "GET", path)}`);
    }
  };
  const post = (...alerts: [labels: Record<string, string>, summary: string, endsIn: number][]) =>
    send(
      old,
      "POST",
      "/alerts",
      alerts.map(([labels, summary, endsIn]) => ({
        labels,
        annotations: { summary },
        endsAt: new Date(Date.now() + endsIn).toISOString(),
      })),
    );
  const x = { alertname: "X", severity: "warning", cluster: "1" };
  const y = { alertname: "Y", team: "y", severity: "warning", cluster: "2" };
  const z = { alertname: "é<&>\u{1f525}", team: "z", cluster: "1" };

  await isTheSame("nothing");
  await post([x, "one", MINUTE], [y, "one", MINUTE], [z, "one", MINUTE]);
  await isTheSame("three alerts");
  await isTheSame("the same once more");
  await post([x, "one", 2 * MINUTE]);
  await isTheSame("an end moved on");
  await post([y, "another text, and a longer one", MINUTE]);
  await isTheSame("an annotation changed");
  await post(
    ...["A", "B", "C", "D"].map((n) => [{ alertname: n }, n, MINUTE] as [{ alertname: string }, string, number]),
  );
  await isTheSame("alerts came in between");
  await post([{ alertname: "S", severity: "critical", cluster: "1" }, "source", MINUTE]);
  await isTheSame("one is inhibited");
  await post([{ alertname: "S", severity: "critical", cluster: "1" }, "source", -1000]);
  await isTheSame("it is not any more");
  const silence = {
    matchers: [{ name: "team", value: "y|z", isRegex: true, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + MINUTE).toISOString(),
    createdBy: "me",
    comment: "c",
  };
  const { silenceID } = JSON.parse(await send(old, "POST", "/silences", silence)) as { silenceID: string };
  await isTheSame("two are silenced");
  await send(old, "DELETE", `/silence/${silenceID}`);
  await isTheSame("they are not any more");
  await post([x, "one", -1000]);
  await isTheSame("one has ended");
});

test("a text longer than a page is answered whole, each time", async () => {
  const world = await start();
  const long = "é<&>".repeat(400_000);
  await send(world, "POST", "/alerts", [
    { labels: { alertname: "long" }, annotations: { long } },
    { labels: { alertname: "short" } },
  ]);
  for (const path of ["/alerts", "/alerts", "/alerts/groups"]) {
    const answered = JSON.parse(await send(world, "GET", path)) as { alerts?: unknown[] }[];
    const alerts = answered.flatMap((item) => item.alerts ?? [item]) as { annotations: { long?: string } }[];
    expect(alerts.map(({ annotations }) => annotations.long ?? "")).toEqual(expect.arrayContaining(["", long]));
  }
}, 60_000);

function alert(n: number): Alert {
  const at = new Timestamp(n);
  const labels = labelSetFromObject({ n: String(n) });
  const rest = { annotations: EMPTY_LABELS, generatorURL: "", timeout: false };
  return { labels, startsAt: at, endsAt: at, updatedAt: at, ...rest };
}

/** By fingerprint, and each with its rank, as the table of alerts has them. */
function inOrder(alerts: readonly Alert[]): Alert[] {
  const sorted = alerts.toSorted((a, b) => (a.labels.fingerprint < b.labels.fingerprint ? -1 : 1));
  for (const [rank, { labels }] of sorted.entries()) labels.rank = rank;
  return sorted;
}

const RECEIVERS = ["r"];
const NOW = 0;
const VERSION = 1;

function keepAll(texts: AlertTexts, alerts: readonly Alert[]): void {
  for (const one of alerts) texts.keep(one, RECEIVERS, VERSION, `,{${one.labels.key}}`);
}

function textOf({ pages, rows }: AlertTexts, { labels: { rank } }: Alert): string {
  const place = rows.place(rank);
  return pages.pageAt(place).toString("utf8", place, place + rows.length(rank));
}

test("texts follow their alerts when others come and go", () => {
  const all = Array.from({ length: 100 }, (_, n) => alert(n));
  const texts = new AlertTexts();
  const before = all.filter((_, n) => n % 3 > 0);
  texts.follow(inOrder(before), NOW, VERSION);
  keepAll(texts, before);
  const after = all.filter((_, n) => n % 5 > 0);
  const order = inOrder(after);
  // One that is the same label set and another alert.
  const [replaced] = order.splice(10, 1, { ...(order[10] as Alert) });
  texts.follow(order, NOW, VERSION);
  const kept = after.filter((one) => one !== replaced && texts.renew(one, RECEIVERS) !== undefined);
  expect(kept).toEqual(after.filter((one) => before.includes(one) && one !== replaced));
  for (const one of kept) expect(textOf(texts, one)).toBe(`,{${one.labels.key}}`);
});

test("no more is kept than twice what is alive", () => {
  const texts = new AlertTexts();
  const alerts = inOrder([alert(1), alert(2)]);
  texts.follow(alerts, NOW, VERSION);
  keepAll(texts, alerts);
  const { pages } = texts;
  const size = pages.written;
  texts.follow(alerts, NOW, VERSION);
  keepAll(texts, alerts);
  texts.follow(alerts, NOW, VERSION);
  expect(texts.pages).toBe(pages);
  keepAll(texts, alerts);
  texts.follow(alerts, NOW, VERSION);
  expect([texts.pages === pages, texts.pages.written]).toEqual([false, 0]);
  keepAll(texts, alerts);
  expect(texts.pages.written).toBe(size);
});

test("what is active is looked at again once one ends, or what mutes has changed", () => {
  const texts = new AlertTexts();
  const alerts = inOrder([alert(10), alert(20), alert(30)]);
  const active = (now: number, version: number) => {
    texts.follow(alerts, now, version);
    return alerts.filter((one, rank) => texts.rows.active[rank] === one).map((one) => one.endsAt.ms);
  };
  expect(active(0, VERSION)).toEqual([]);
  keepAll(texts, alerts);
  expect(active(10, VERSION).sort()).toEqual([10, 20, 30]);
  expect(active(11, VERSION).sort()).toEqual([20, 30]);
  expect(active(30, VERSION).sort()).toEqual([30]);
  expect(active(30, VERSION + 1)).toEqual([]);
  for (const one of alerts) texts.renew(one, RECEIVERS);
  expect(active(20, VERSION + 1).sort()).toEqual([20, 30]);
});
