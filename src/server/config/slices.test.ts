import { expect, test } from "bun:test";
import { inSlices, TooMuchWork } from "./slices.ts";

function* steps(count: number): Generator<void, string> {
  for (let i = 0; i < count; i++) {
    const end = performance.now() + 1;
    while (performance.now() < end);
    yield;
  }
  return "done";
}

test("others have their turn while work is done", async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  expect(await inSlices(steps(60), 10_000)).toBe("done");
  clearInterval(others);
  expect(turns).toBeGreaterThan(1);
});

test("work that takes too much is given up", async () => {
  expect(await inSlices(steps(100_000), 30).catch((error: unknown) => error)).toBeInstanceOf(TooMuchWork);
});
