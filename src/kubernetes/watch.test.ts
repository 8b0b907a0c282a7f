import { expect, test } from "bun:test";
import { ManualClock, settle } from "../dispatch/manual-clock.ts";
import { ApiError, type WatchListener } from "./api.ts";
import type { TargetSecret } from "./secret.ts";
import { watchNamespace } from "./watch.ts";

const secret = (name: string, resourceVersion: string): TargetSecret => ({
  id: `ns/${name}`,
  namespace: "ns",
  name,
  resourceVersion,
  receivers: "",
  config: "missing",
});

/** A watch that is under way. */
interface Watch {
  readonly from: string;
  readonly on: WatchListener;
  end(error?: Error): Promise<void>;
}

/** An API in the test's hands, and what the namespace's listener was told. */
function start(lists: (readonly TargetSecret[] | Error)[] = []) {
  const clock = new ManualClock();
  const told: string[] = [];
  const watches: Watch[] = [];
  const stop = new AbortController();
  let version = 100;
  const done = watchNamespace(
    {
      namespace: "ns",
      clock,
      random: () => 0.5,
      api: {
        async list() {
          const answer = lists.shift() ?? [];
          if (answer instanceof Error) throw answer;
          return { secrets: [...answer], resourceVersion: String(++version) };
        },
        watch: (_, from, on, signal) =>
          new Promise((resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("aborted")));
            const end = async (error?: Error) => {
              if (error === undefined) resolve();
              else reject(error);
              await settle();
            };
            watches.push({ from: from.resourceVersion, on, end });
          }),
      },
      on: {
        listed: (secrets) => told.push(`listed ${secrets.map(({ name }) => name).join(" ")}`),
        changed: ({ type, secret: { name } }) => told.push(`${type} ${name}`),
        watching: () => told.push("watching"),
        failed: (error) => told.push(`failed ${error.message}`),
      },
    },
    stop.signal,
  );
  const last = () => watches.at(-1) as Watch;
  return { clock, told, watches, last, done, stop: () => stop.abort() };
}

test("it lists, watches from there, and goes on from the last event or bookmark when the server ends a watch", async () => {
  const { clock, told, last, watches, stop, done } = start([[secret("a", "5")]]);
  await settle();
  expect(last().from).toBe("101");
  last().on.open();
  last().on.event({ type: "put", resourceVersion: "120", secret: secret("b", "120") });
  last().on.event({ type: "deleted", resourceVersion: "121", secret: secret("a", "121") });
  last().on.event({ type: "bookmark", resourceVersion: "150", secret: undefined });
  await last().end();
  expect(last().from).toBe("150");
  await clock.advance(300_000);
  await last().end();
  expect(watches.map(({ from }) => from)).toEqual(["101", "150", "150"]);
  expect(told).toEqual(["listed a", "watching", "put b", "deleted a"]);
  stop();
  await done;
});

test("a version the server has forgotten has everything listed again, and is no error", async () => {
  const { clock, told, last, stop, done } = start([[secret("a", "5")], [secret("b", "6")]]);
  await settle();
  last().on.open();
  await last().end(new ApiError(410, "too old"));
  await clock.advance(1000);
  expect(told).toEqual(["listed a", "watching", "listed b"]);
  expect(last().from).toBe("102");
  stop();
  await done;
});

test("errors are waited out longer and longer, without asking for what is known again", async () => {
  const { clock, told, watches, last, stop, done } = start([new Error("away"), [secret("a", "5")]]);
  await settle();
  expect(told).toEqual(["failed away"]);
  await clock.advance(375);
  expect(told).toEqual(["failed away", "listed a"]);
  // With this jitter it is three quarters of 1 s, 2 s, 4 s, … and of a minute at most.
  const at: number[] = [];
  for (let i = 0; i < 9; i++) {
    const before = watches.length;
    const began = clock.elapsed();
    await last().end(new Error("refused"));
    while (watches.length === before) await clock.advance(250);
    at.push(clock.elapsed() - began);
  }
  expect(at).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000]);
  expect(new Set(watches.map(({ from }) => from))).toEqual(new Set(["101"]));
  stop();
  await done;
});

test("a server that ends each watch at once is not asked without end", async () => {
  const { clock, watches, last, stop, done } = start();
  await settle();
  const at: number[] = [];
  for (let i = 0; i < 4; i++) {
    const [before, began] = [watches.length, clock.elapsed()];
    last().on.open();
    await last().end();
    while (watches.length === before) await clock.advance(125);
    at.push(clock.elapsed() - began);
  }
  expect(at).toEqual([375, 750, 1500, 3000]);
  stop();
  await done;
});
