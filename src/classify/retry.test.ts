import { describe, expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { withRetry, type Attempted } from "./retry.ts";

const policy = { attempts: 4, initial: 500, max: 1_500 };
const later: Attempted = { retry: true };
const done: Attempted = { retry: false };

/** Runs the results in turn and gives the times at which they were asked for. */
function run(
  results: readonly Attempted[],
  { random = 0.5, deadline = 30_000, controller = new AbortController() } = {},
) {
  const clock = new ManualClock();
  const times: number[] = [];
  const last = withRetry(
    async (number) => {
      times.push(clock.elapsed());
      return results[number - 1] ?? later;
    },
    (result) => result,
    { policy, clock, random: () => random, deadline, signal: controller.signal },
  );
  return { clock, times, last };
}

describe("trying again", () => {
  test("ends with the first result that is not worth it", async () => {
    const { clock, times, last } = run([later, done]);
    await clock.advance(60_000);

    expect(await last).toBe(done);
    expect(times).toEqual([0, 250]);
  });

  test("waits a random share of a bound that doubles up to a maximum, and gives up after the last attempt", async () => {
    const { clock, times, last } = run([], { random: 0.9 });
    await clock.advance(60_000);

    expect(await last).toBe(later);
    expect(times).toEqual([0, 450, 1_350, 2_700]);
  });

  test("waits at least what was asked for", async () => {
    const { clock, times } = run([{ retry: true, retryAfter: 7_000 }, done]);
    await clock.advance(60_000);

    expect(times).toEqual([0, 7_000]);
  });

  test("does not wait for an attempt that would come too late", async () => {
    const asked: Attempted = { retry: true, retryAfter: 30_000 };
    const { times, last } = run([asked]);

    expect(await last).toBe(asked);
    expect(times).toEqual([0]);
  });

  test("ends at once when it is called off", async () => {
    const controller = new AbortController();
    const { clock, times, last } = run([], { controller });
    await clock.advance(0);
    controller.abort();

    expect(await last).toBe(later);
    expect(times).toEqual([0]);
  });
});
