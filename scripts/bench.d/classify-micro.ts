// Called by micro.ts: what classification by a language model costs where nothing is asked, in ns.
import { CircuitBreaker } from "../../src/classify/breaker.ts";
import { BoundedCache } from "../../src/classify/cache.ts";
import { createAlertData } from "../../src/classify/llm/alert-data.ts";
import { withRetry, type Attempted } from "../../src/classify/retry.ts";
import { LLM_DEFAULTS } from "../../src/config/plus/llm.ts";
import { labelSetFromObject } from "../../src/core/model/labels.ts";
import { systemClock } from "../../src/dispatch/clock.ts";
import { alertJson } from "./alerts.ts";

const BATCH = 20_000;
const BATCHES = 51;

/** Runs `batch` with a number of repetitions; median of one repetition, ns. */
async function nanoseconds(batch: (times: number) => unknown, times = BATCH): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 2 * BATCHES; i++) {
    const begin = Bun.nanoseconds();
    await batch(times);
    // The first half is to warm up.
    if (i >= BATCHES) took.push((Bun.nanoseconds() - begin) / times);
  }
  return took.sort((a, b) => a - b)[(BATCHES - 1) / 2] ?? 0;
}

const breaker = new CircuitBreaker(LLM_DEFAULTS.breaker, systemClock, {
  failed: () => {},
  succeeded: () => {},
  changed: () => {},
});
/** Keeps what is worked out from being optimised away. */
let sink = 0;

const check = await nanoseconds((times) => {
  for (let i = 0; i < times; i++) sink += breaker.acquire() ?? 0;
});

const call = await nanoseconds((times) => {
  for (let i = 0; i < times; i++) breaker.record(breaker.acquire() ?? 0, true, 1);
});

const keys = Array.from({ length: 1_000 }, (_, i) => new Bun.CryptoHasher("sha256").update(String(i)).digest("hex"));
const cache = new BoundedCache<object>(LLM_DEFAULTS.cache, systemClock);
for (const key of keys) cache.set(key, {}, 1_000, 3_600_000);
const hit = await nanoseconds((times) => {
  for (let i = 0; i < times; i++) if (cache.get(keys[i % keys.length] as string) !== undefined) sink++;
});

const done: Attempted = { retry: false };
const { signal } = new AbortController();
const retry = {
  policy: LLM_DEFAULTS.retry,
  clock: systemClock,
  random: Math.random,
  deadline: Number.POSITIVE_INFINITY,
  signal,
};
const attempt = async () => done;
const bare = await nanoseconds(async (times) => {
  for (let i = 0; i < times; i++) if ((await attempt()).retry) sink++;
});
const wrapped = await nanoseconds(async (times) => {
  for (let i = 0; i < times; i++) if ((await withRetry(attempt, (result) => result, retry)).retry) sink++;
});

const posted = JSON.parse(alertJson(1, "", "")) as Record<"labels" | "annotations", Record<string, string>>;
const alert = { labels: labelSetFromObject(posted.labels), annotations: labelSetFromObject(posted.annotations) };
const question = createAlertData(LLM_DEFAULTS.redact, LLM_DEFAULTS.cache.varying_labels);
const kind = await nanoseconds((times) => {
  for (let i = 0; i < times; i++) {
    sink += new Bun.CryptoHasher("sha256").update(question(alert).kind).digest("hex").length;
  }
}, 200);

const line = (name: string, ns: number, note = "") =>
  console.log(`${name.padEnd(32)} ${ns.toFixed(ns < 10 ? 1 : 0).padStart(7)} ns${note}`);
line("circuit breaker: check", check);
line("circuit breaker: check and result", call);
line("answer cache: hit", hit);
line(
  "retry wrapper: first try succeeds",
  wrapped - bare,
  `   beside ${bare.toFixed(0)} ns for awaiting the call itself`,
);
line("alert to cache key", kind);
if (sink === 0) throw new Error("nothing was measured");
