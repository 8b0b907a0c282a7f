import { describe, expect, test } from "bun:test";
import type { ClassificationRoute } from "../config/plus/classification.ts";
import { createClassifierRegistry } from "../core/classification/registry.ts";
import { createRuleBasedClassifier } from "../core/classification/rules.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import type { Classification } from "../core/model/classification.ts";
import type { Notification, NotifiedAlert } from "../core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { createClassReceivers } from "./class-receivers.ts";
import { createEnricher } from "./enricher.ts";
import { labelCategories, shippedRules } from "./rules/index.ts";
import { Verdicts } from "./verdicts.ts";

const START = parseTimestamp("2026-01-05T12:00:00Z");

function alert(alertname: string, status: "firing" | "resolved" = "firing", severity?: string): NotifiedAlert {
  return {
    labels: labelSetFromObject({ alertname, ...(severity !== undefined && { severity }) }),
    annotations: EMPTY_LABELS,
    startsAt: START,
    endsAt: ZERO_TIME,
    updatedAt: START,
    generatorURL: "",
    timeout: false,
    status,
  };
}

const disk = alert("HostOutOfDiskSpace", "firing", "warning");
const down = alert("KubeAPIDown");
const watchdog = alert("Watchdog");

const registry = createClassifierRegistry(createRuleBasedClassifier(shippedRules, labelCategories), [
  { name: "llm", classify: () => Promise.resolve(undefined) },
]);
const known = new Map<string, Classification>();
const verdicts = new Verdicts(known, () => registry);

const toAny = { severities: [], categories: [], min_confidence: 0, max_wait: 0 };
const receivers = (
  routes: readonly ClassificationRoute[],
  pending: () => boolean = () => false,
  clock = new ManualClock(),
) => createClassReceivers(routes, verdicts, pending, clock);

describe("receivers of a class", () => {
  const routes: ClassificationRoute[] = [
    { ...toAny, receiver: "pager", severities: ["critical"], max_wait: 5000 },
    { ...toAny, receiver: "storage", categories: ["storage"], min_confidence: 0.8 },
    { ...toAny, receiver: "storage", severities: ["noise"], categories: ["operations"] },
    { ...toAny, receiver: "sure", categories: ["storage"], min_confidence: 0.99 },
  ];

  test("want what any of their routes fits", () => {
    const { names, wants } = receivers(routes);
    expect(names).toEqual(["pager", "storage", "sure"]);
    const who = (of: NotifiedAlert) => names.filter((name) => wants(name, of));
    expect([who(disk), who(down), who(watchdog)]).toEqual([["storage"], ["pager"], ["storage"]]);
  });

  test("wait only where a route says so, and only while something is being found out", () => {
    expect(receivers(routes).wait("pager", disk)).toBe(0);
    const pending = receivers(routes, () => true);
    expect([pending.wait("pager", disk), pending.wait("storage", disk)]).toEqual([5000, 0]);
  });

  test("have waited when nothing is pending any more, when time is up, or when all is to stop", async () => {
    const clock = new ManualClock();
    let isPending = true;
    const { settled } = receivers(routes, () => isPending, clock);
    const ended: string[] = [];
    const stopping = new AbortController();
    const { signal } = new AbortController();
    void settled([disk], 1000, signal).then(() => ended.push("time"));
    void settled([disk], 9000, stopping.signal).then(() => ended.push("stop"));
    void settled([disk], 9000, signal).then(() => ended.push("known"));
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["time"]);
    stopping.abort();
    await clock.advance(0);
    expect(ended).toEqual(["time", "stop"]);
    isPending = false;
    await clock.advance(100);
    expect(ended).toEqual(["time", "stop", "known"]);
  });
});

describe("an enricher", () => {
  const notification = (...alerts: NotifiedAlert[]) => ({ alerts, receiver: "hook" }) as unknown as Notification;

  test("shows nothing where the mode is transparent, whoever is named", () => {
    const enricher = createEnricher({ mode: "transparent", webhooks: ["hook"] }, verdicts);
    expect(enricher.enrich(notification(disk))).toBeUndefined();
  });

  test("takes the group for the most severe of what fires", () => {
    const enricher = createEnricher({ mode: "enriched", webhooks: [] }, verdicts);
    const resolved = alert("KubeAPIDown", "resolved");
    const found = enricher.enrich(notification(watchdog, disk, resolved));
    expect(found?.alerts.map(({ severity }) => severity)).toEqual(["noise", "warning", "critical"]);
    expect(found).toMatchObject({ group: { severity: "warning" }, shows: "all", inPayload: false });
    expect(enricher.enrich(notification(resolved))?.group.severity).toBe("critical");
  });

  test("names the webhooks that get it in their payload, and may show recommendations alone", () => {
    const enricher = createEnricher({ mode: "transparent_with_recommendations", webhooks: ["hook"] }, verdicts);
    expect(enricher.enrich(notification(disk))).toMatchObject({ shows: "recommendations", inPayload: true });
  });
});

test("what somebody said of a classifier that is there stands, above the floor", () => {
  const said = (of: NotifiedAlert, classifier: string): Classification => ({
    ...verdicts.of(of),
    severity: "info",
    classifier,
  });
  for (const of of [disk, down, watchdog]) known.set(of.labels.fingerprint, said(of, of === watchdog ? "gone" : "llm"));
  expect([verdicts.of(disk).severity, verdicts.of(down).severity]).toEqual(["info", "critical"]);
  expect(verdicts.of(watchdog)).toMatchObject({ severity: "noise", classifier: "rules" });
});

test("rules that fail leave an alert to be a warning of unknown kind, and whoever asks unharmed", () => {
  const broken = createClassifierRegistry(
    {
      name: "rules",
      classify() {
        throw new Error("out of order");
      },
    },
    [],
  );
  const { severity, category, confidence, reason } = new Verdicts(new Map(), () => broken).of(disk);
  expect([severity, category, confidence, reason]).toEqual([
    "warning",
    "unknown",
    0,
    "The rules failed: out of order.",
  ]);
});
