import { expect, test } from "bun:test";
import { changed, fieldsOf, spanOf } from "./span.ts";

const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 24, hour, minute, second);
const START = { startsAt: at(4, 56, 40), endsAt: at(6, 56, 40) };

test("what nobody touched keeps its seconds", () => {
  expect(spanOf(fieldsOf(START), START)).toEqual(START);
  const odd = { startsAt: at(4, 56, 40), endsAt: at(23, 1, 13) };
  expect(spanOf(fieldsOf(odd), odd)).toEqual(odd);
});

test("what begins as soon as it is made lasts as long as it says, however long the form was open", () => {
  const later = at(5, 20, 7);
  expect(spanOf(fieldsOf(START), START, later)).toEqual({ startsAt: later, endsAt: at(7, 20, 7) });
  const short = changed(fieldsOf(START), { length: "1m" });
  expect(spanOf(short, START, later)).toEqual({ startsAt: later, endsAt: at(5, 21, 7) });
});

test("an end that was given is the end, and says how long that is", () => {
  const until = changed(fieldsOf(START), { until: "2026-11-24T09:30" });
  expect(until.length).toBe("4h 34m");
  expect(spanOf({ ...until, length: "" }, START)).toEqual({ startsAt: START.startsAt, endsAt: at(9, 30) });
});

test("another beginning moves the end along", () => {
  const moved = changed(fieldsOf(START), { from: "2026-11-25T01:00" });
  expect(moved.until).toBe("2026-11-25T03:00");
  expect(spanOf(moved, START, at(5, 0))).toEqual({
    startsAt: new Date(2026, 10, 25, 1, 0),
    endsAt: new Date(2026, 10, 25, 3, 0),
  });
});

test("fields that say nothing are no span", () => {
  expect(spanOf(changed(fieldsOf(START), { until: "2026-11-24T04:00" }), START)).toBeUndefined();
  expect(spanOf(changed(fieldsOf(START), { from: "" }), START)).toBeUndefined();
});
