import { expect, spyOn, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { compileWhenBusy } from "./compile-when-busy.ts";

test("code is compiled as usual from the first alert on", async () => {
  using policy = spyOn(Bun.unsafe, "setJITPolicy").mockImplementation(() => undefined);
  const clock = new ManualClock();
  let alerts = 0;
  compileWhenBusy(clock, () => alerts);
  await clock.advance(10_000);
  expect(policy).not.toHaveBeenCalled();
  alerts = 1;
  await clock.advance(1_000);
  await clock.advance(10_000);
  expect(policy.mock.calls).toEqual([[1]]);
});

test("nothing is looked at once it was cancelled", async () => {
  using policy = spyOn(Bun.unsafe, "setJITPolicy").mockImplementation(() => undefined);
  const clock = new ManualClock();
  let alerts = 0;
  const cancel = compileWhenBusy(clock, () => alerts);
  cancel();
  alerts = 1;
  await clock.advance(10_000);
  expect(policy).not.toHaveBeenCalled();
});
