import { expect, test } from "bun:test";
import { placeIn } from "./known.ts";

test.each([
  ['{}:{alertname="A"}:ops/webhook/0', '{}:{alertname="A"}', "ops", "webhook", 0],
  ['{}/{a="b"}:{}:ns/name/ops/slack/12', '{}/{a="b"}:{}', "ns/name/ops", "slack", 12],
  ['{}:{a="x:y/z/1"}:ops/email/1:all/webhook/0', '{}:{a="x:y/z/1"}:ops/email/1', "all", "webhook", 0],
])("%s is taken apart", (key, groupKey, receiver, integration, index) => {
  expect(placeIn(key)).toEqual({ groupKey, receiver, integration, index });
});

test("what is about a receiver as a whole has no place", () => {
  expect(placeIn('{}:{alertname="A"}:ops')).toBeUndefined();
});
