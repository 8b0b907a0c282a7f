import { beforeEach, describe, expect, test } from "bun:test";
import { bareMetrics } from "../metrics/bare.ts";
import type { Metrics } from "../metrics/index.ts";
import { createClassifierRegistry } from "../core/classification/registry.ts";
import { createRuleBasedClassifier } from "../core/classification/rules.ts";
import type { AlertClassifier } from "../core/interfaces/classification.ts";
import type { Alert } from "../core/model/alert.ts";
import { MAX_REASON, type Severity, type Verdict } from "../core/model/classification.ts";
import { MINUTE, SECOND, world, type World } from "../dispatch/engine-harness.ts";
import { settle } from "../dispatch/manual-clock.ts";
import type { ClassificationHappening } from "../core/interfaces/observing.ts";
import { rowOf } from "../history/rows.ts";
import { createLogger } from "../server/logger.ts";
import { Catalogue } from "./catalogue.ts";
import { ClassificationDesk } from "./desk.ts";
import { createClassificationMetrics } from "./metrics.ts";
import { labelCategories, shippedRules } from "./rules/index.ts";
import { Verdicts } from "./verdicts.ts";

const DISK = { alertname: "HostOutOfDiskSpace", instance: "1", severity: "warning" };
const rules = createRuleBasedClassifier(shippedRules, labelCategories);

/** Answers what it is told to, and keeps what it was asked about. */
class Oracle implements AlertClassifier {
  readonly asked: Alert[] = [];
  readonly again: boolean[] = [];
  answer: (alert: Alert, signal: AbortSignal) => Promise<Verdict | undefined> = () => Promise.resolve(verdict("info"));

  constructor(readonly name = "oracle") {}

  classify: AlertClassifier["classify"] = (alert, { again = false }, signal) => {
    this.asked.push(alert);
    this.again.push(again);
    return this.answer(alert, signal);
  };
}

function verdict(severity: Severity, change: Partial<Verdict> = {}): Verdict {
  return { severity, category: "application", confidence: 0.9, reason: "So it is.", recommendations: [], ...change };
}

let w: World;
let oracle: Oracle;
let desk: ClassificationDesk;
let verdicts: Verdicts;
let catalogue: Catalogue;
let ours: boolean;
/** What was told of classifications. */
let told: ClassificationHappening[];
let families: Metrics["families"];

/** A desk on the engine of the world, and classifiers at it. */
function open(classifiers: readonly AlertClassifier[]): void {
  const { engine, clock } = w;
  const metrics = bareMetrics();
  families = metrics.families;
  verdicts = new Verdicts(engine.classifications, () => desk.registry);
  desk = new ClassificationDesk({
    clock,
    log: createLogger({ level: "debug", format: "logfmt", write: (line) => w.log.push(line), now: () => clock.now() }),
    metrics: createClassificationMetrics(metrics.add),
    host: {
      alert: (labels) => engine.alert(labels),
      known: () => engine.alerts(),
      keep: (one) => engine.classified.keep(one),
    },
    verdicts,
    registry: createClassifierRegistry(rules, []),
    isOurs: () => ours,
  });
  engine.observers.add({ happened: (one) => one.kind === "classification" && told.push(one) });
  engine.watch(desk);
  desk.use(createClassifierRegistry(rules, classifiers));
  const host = { known: () => engine.alerts(), correct: engine.classified.correct.bind(engine.classified) };
  catalogue = new Catalogue(host, verdicts, desk, clock);
}

beforeEach(async () => {
  w = await world();
  told = [];
  oracle = new Oracle();
  ours = true;
});

const theAlert = () => w.engine.alerts()[0] as Alert;
const shown = () => verdicts.of(theAlert());
const history = () => told.map((one) => rowOf(one));

/** Of all series that have these label values. */
function total(name: string, ...values: string[]): number {
  const family = families.find((one) => one.name === `alertmanager_plus_${name}`);
  if (family === undefined) throw new Error(`no metric ${name}`);
  return family
    .samples()
    .filter(({ labels }) => values.every((value) => labels.some(([, own]) => own === value)))
    .reduce((sum, { value }) => sum + value, 0);
}

describe("the rules", () => {
  test("answer at once for every alert, with no classifier there", async () => {
    open([]);
    await w.post(DISK);

    expect(shown()).toMatchObject({ classifier: "rules", severity: "warning", category: "storage" });
    expect(w.engine.classifications.size).toBe(0);
  });

  test("are counted once for each new alert, after its notifications had their turn", async () => {
    open([]);
    await w.post(DISK);
    await w.post(DISK);
    expect(total("classifications_total")).toBe(0);
    expect(total("classification_queue_length")).toBe(1);
    await w.clock.advance(SECOND);
    await w.post(DISK);
    await w.clock.advance(SECOND);

    expect(total("classifications_total", "rules", "warning", "storage")).toBe(1);
    expect(total("classification_queue_length")).toBe(0);
  });
});

describe("a classifier", () => {
  test("is asked once about an alert, and its answer is shown, counted, stored and kept over a restart", async () => {
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(5 * SECOND);
    await w.post(DISK);
    await w.clock.advance(MINUTE);

    expect(oracle.asked).toHaveLength(1);
    expect(shown()).toMatchObject({ classifier: "oracle", severity: "info", category: "application" });
    expect(total("classifications_total", "oracle", "info")).toBe(1);
    expect(history()).toMatchObject([{ subject: theAlert().labels.fingerprint, detail: { classifier: "oracle" } }]);
    await w.restart();
    open([oracle]);
    await w.clock.advance(5 * MINUTE);
    expect(shown()).toMatchObject({ classifier: "oracle", severity: "info" });
    expect(oracle.asked).toHaveLength(1);
  });

  test("is asked anew when annotations say something else, not when a number in them moves", async () => {
    open([oracle]);
    const saying = async (summary: string) => {
      await w.post(DISK, { annotations: { summary } });
      await w.clock.advance(SECOND);
    };
    await saying("5% left");
    await saying("4.5% left");
    expect(oracle.asked).toHaveLength(1);
    await saying("gone");

    expect(oracle.asked).toHaveLength(2);
  });

  test("is passed over where it has no answer, fails, or says nonsense", async () => {
    const broken = new Oracle("broken");
    broken.answer = () => Promise.reject(new Error("out of order"));
    const silent = new Oracle("silent");
    silent.answer = () => Promise.resolve(undefined);
    const odd = new Oracle("odd");
    odd.answer = () => Promise.resolve({} as Verdict);
    open([broken, silent, odd, oracle]);
    await w.post(DISK);
    await w.clock.advance(SECOND);

    expect(shown().classifier).toBe("oracle");
    expect(w.log.join()).toContain("out of order");
  });

  test("that throws instead of rejecting, or never answers, harms nobody", async () => {
    const hanging = new Oracle("hanging");
    hanging.answer = () => new Promise(() => undefined);
    const throwing: AlertClassifier = {
      name: "throwing",
      classify() {
        throw new Error("at once");
      },
    };
    open([throwing, hanging, oracle]);
    await w.post(DISK);
    await w.clock.advance(4 * MINUTE);
    expect(shown().classifier).toBe("rules");
    await w.post(DISK, { endsIn: 60 });
    await w.clock.advance(2 * MINUTE);

    expect(shown().classifier).toBe("oracle");
  });

  test("is asked again later, less and less often, where nobody had an answer", async () => {
    open([oracle]);
    oracle.answer = () => Promise.resolve(undefined);
    await w.post(DISK, { endsIn: 600 });
    await w.clock.advance(60 * MINUTE);
    expect(oracle.asked.length).toBeWithin(4, 9);
    expect(total("classification_unanswered_total")).toBe(oracle.asked.length);
    expect(shown().classifier).toBe("rules");

    oracle.answer = () => Promise.resolve(verdict("info"));
    await w.clock.advance(20 * MINUTE);
    expect(shown().classifier).toBe("oracle");
    const { length } = oracle.asked;
    await w.clock.advance(60 * MINUTE);
    expect(oracle.asked).toHaveLength(length);
  });

  test("is not asked about what has ended", async () => {
    open([oracle]);
    await w.post(DISK, { endsIn: 0 });
    await w.clock.advance(5 * MINUTE);

    expect(oracle.asked).toEqual([]);
  });

  test("that answers after the alert is gone leaves nothing behind", async () => {
    open([oracle]);
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    oracle.answer = () => promise;
    await w.post(DISK, { endsIn: 1 });
    await w.clock.advance(40 * MINUTE);
    expect(w.engine.alerts()).toEqual([]);
    resolve(verdict("info"));
    await w.clock.advance(10 * SECOND);

    expect(w.engine.classifications.size).toBe(0);
    expect((await w.storage.load()).classifications).toEqual([]);
  });

  test("is heard of no more once it is not configured, and again when it is", async () => {
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(SECOND);
    desk.use(createClassifierRegistry(rules, []));
    expect(shown().classifier).toBe("rules");
    desk.use(createClassifierRegistry(rules, [oracle]));

    expect(shown().classifier).toBe("oracle");
    expect(oracle.asked).toHaveLength(1);
  });

  test("that comes with a reload is asked about the alerts there are", async () => {
    open([]);
    for (let i = 0; i < 1200; i++) await w.engine.ingest([posted(i)]);
    await w.clock.advance(SECOND);
    desk.use(createClassifierRegistry(rules, [oracle]));
    await w.clock.advance(SECOND);

    expect(oracle.asked).toHaveLength(1200);
  });

  test("is asked about few alerts at a time", async () => {
    open([oracle]);
    let busy = 0;
    let busiest = 0;
    oracle.answer = async () => {
      busiest = Math.max(busiest, ++busy);
      await new Promise<void>((resolve) => w.clock.schedule(SECOND, resolve));
      busy--;
      return verdict("info");
    };
    for (let i = 0; i < 100; i++) await w.engine.ingest([posted(i)]);
    await w.clock.advance(20 * SECOND);

    expect(busiest).toBe(16);
    expect(oracle.asked).toHaveLength(100);
  });

  test("is left to another server that shares the alerts, and asked where that one stays silent", async () => {
    ours = false;
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(25 * SECOND);
    expect(oracle.asked).toEqual([]);
    expect(desk.isPending(theAlert().labels)).toBe(true);
    await w.clock.advance(MINUTE);

    expect(oracle.asked).toHaveLength(1);
  });

  test("is not asked where the other server has said what the alert is", async () => {
    ours = false;
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(5 * SECOND);
    const { labels } = theAlert();
    const theirs = { ...verdict("info"), fingerprint: labels.fingerprint, classifier: "oracle" };
    w.engine.classifications.put({ ...theirs, classifiedAt: w.clock.now() });
    await w.clock.advance(5 * MINUTE);

    expect(oracle.asked).toEqual([]);
    expect(desk.isPending(labels)).toBe(false);
  });
});

describe("what a classifier says", () => {
  test("is kept within bounds", async () => {
    open([oracle]);
    const reason = `\u202e${"x".repeat(2 * MAX_REASON)}`;
    oracle.answer = () =>
      Promise.resolve(verdict("info", { confidence: 7, reason, recommendations: Array(9).fill("y") }));
    await w.post(DISK);
    await w.clock.advance(SECOND);

    const { confidence, reason: kept, recommendations } = shown();
    expect([confidence, kept.length, recommendations.length]).toEqual([1, MAX_REASON, 5]);
    expect(kept).not.toContain("\u202e");
  });

  test.each<[string, Record<string, string>]>([
    ["the alert's own label", { alertname: "Whatever", severity: "critical" }],
    ["a rule", { alertname: "KubeAPIDown" }],
  ])("is never below critical where %s says critical, not even by a person", async (_, labels) => {
    open([oracle]);
    oracle.answer = () => Promise.resolve(verdict("noise"));
    await w.post(labels);
    expect(shown().severity).toBe("critical");
    await w.clock.advance(SECOND);
    expect(shown()).toMatchObject({ severity: "critical", classifier: "oracle" });

    await catalogue.correct(theAlert().labels.fingerprint, {
      severity: "noise",
      category: "operations",
      reason: "No.",
    });
    expect(shown()).toMatchObject({ severity: "critical", classifier: "person" });
  });
});

describe("a correction", () => {
  const fingerprint = () => theAlert().labels.fingerprint;
  const correct = () =>
    catalogue.correct(fingerprint(), { severity: "noise", category: "operations", reason: "Mine." });

  test("that is taken back leaves the question to no other server", async () => {
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(SECOND);
    await correct();
    ours = false;
    await catalogue.withdraw(fingerprint());
    await w.clock.advance(SECOND);
    expect(shown()).toMatchObject({ classifier: "oracle" });
  });

  test("stands against every classifier, over a restart, until it is taken back", async () => {
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(SECOND);
    await correct();
    await w.post(DISK, { annotations: { summary: "something else" } });
    await w.clock.advance(10 * SECOND);
    expect(shown()).toMatchObject({ classifier: "person", severity: "noise", reason: "Mine.", confidence: 1 });
    await w.restart();
    open([oracle]);
    await w.clock.advance(SECOND);
    expect(shown().classifier).toBe("person");

    expect(await catalogue.withdraw(fingerprint())).toMatchObject({ classifier: "rules" });
    await w.clock.advance(SECOND);
    expect(shown()).toMatchObject({ classifier: "oracle", severity: "info" });
    expect(await catalogue.withdraw(fingerprint())).toBeUndefined();
    await w.clock.advance(3 * SECOND);
    const said = history().map(({ detail }) => detail["classifier"]);
    expect(said).toEqual(["oracle", "person", "rules", "oracle"]);
  });

  test("that is not stored is in force all the same, and stored later", async () => {
    open([oracle]);
    await w.post(DISK);
    w.storage.failNext("full");
    await expect(correct()).rejects.toThrow();
    expect(shown().classifier).toBe("person");
    await w.clock.advance(5 * SECOND);

    expect((await w.storage.load()).classifications).toMatchObject([{ classifier: "person" }]);
  });
});

describe("classifying again", () => {
  test("asks for a new answer", async () => {
    open([oracle]);
    await w.post(DISK);
    await w.clock.advance(SECOND);
    oracle.answer = () => Promise.resolve(verdict("warning"));
    const answer = catalogue.classifyAgain(theAlert().labels.fingerprint);
    await settle();

    expect(await answer).toMatchObject({ isAnswered: true, classification: { severity: "warning" } });
    expect(oracle.again).toEqual([false, true]);
  });

  test("is not waited for without end", async () => {
    open([oracle]);
    oracle.answer = () => new Promise(() => undefined);
    await w.post(DISK, { endsIn: 60 });
    const answer = catalogue.classifyAgain(theAlert().labels.fingerprint);
    await w.clock.advance(20 * SECOND);

    expect(await answer).toMatchObject({ isAnswered: false, classification: { classifier: "rules" } });
  });
});

test("pages are in the order of fingerprints, hold what was asked for, and lead to each other", async () => {
  open([]);
  for (let i = 0; i < 25; i++) await w.engine.ingest([posted(i)]);
  await w.post({ alertname: "Watchdog" });
  const query = { severities: [], categories: [], classifiers: [], limit: 10, after: "" };

  const fingerprints: string[] = [];
  let pages = 0;
  for (let after: string | undefined = ""; after !== undefined; pages++) {
    const { items, next }: Awaited<ReturnType<Catalogue["list"]>> = await catalogue.list({ ...query, after });
    fingerprints.push(...items.map(({ fingerprint }) => fingerprint));
    after = next;
  }

  expect(pages).toBe(3);
  expect(fingerprints).toEqual(w.engine.alerts().map(({ labels }) => labels.fingerprint));
  const { items } = await catalogue.list({ ...query, severities: ["noise"] });
  expect(items).toMatchObject([{ severity: "noise", category: "operations" }]);
  expect((await catalogue.list({ ...query, classifiers: ["llm"] })).items).toEqual([]);
});

function posted(i: number) {
  const labels = { alertname: "HostOutOfDiskSpace", instance: String(i) };
  return { labels, annotations: {}, startsAt: undefined, endsAt: undefined, generatorURL: "" };
}
