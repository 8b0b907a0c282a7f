import { expect, test } from "bun:test";
import { type Existing, judge, replaces } from "./judge.ts";
import type { Hello } from "./messages.ts";

const helloOf = (name: string, change: Partial<Hello> = {}): Hello => ({
  protocol: 1,
  oldestProtocol: 1,
  label: "",
  name,
  address: "10.0.0.2:9094",
  incarnation: 1,
  ...change,
});
const existingOf = (peer: Hello, change: Partial<Existing> = {}): Existing => ({
  peer,
  dialed: true,
  age: 60_000,
  silence: 100,
  ...change,
});

const OWN = helloOf("m", { address: "10.0.0.1:9094" });
const DEAF = 2500;
const PATIENCE = 10_000;

test.each<[string, Hello, boolean, Existing | undefined, ReturnType<typeof judge>]>([
  ["a stranger", helloOf("n"), false, undefined, "welcome"],
  ["a newer release", helloOf("n", { protocol: 9 }), false, undefined, "welcome"],
  ["one too new for us", helloOf("n", { protocol: 9, oldestProtocol: 2 }), false, undefined, { refuse: "version" }],
  ["one too old for us", helloOf("n", { protocol: 0, oldestProtocol: 0 }), false, undefined, { refuse: "version" }],
  ["another cluster", helloOf("n", { label: "x" }), true, undefined, { refuse: "label" }],
  ["this server", helloOf("m"), true, undefined, "ourselves"],
  ["another with our name", helloOf("m", { incarnation: 2 }), true, undefined, { refuse: "name" }],
  ["a member we call again", helloOf("n"), true, existingOf(helloOf("n")), "known"],
  ["a member that calls again", helloOf("n"), false, existingOf(helloOf("n")), "welcome"],
  ["a member started again", helloOf("n", { incarnation: 2 }), false, existingOf(helloOf("n")), "welcome"],
  [
    "another that has a member's name",
    helloOf("n", { incarnation: 2, address: "10.0.0.3:9094" }),
    false,
    existingOf(helloOf("n")),
    { refuse: "name" },
  ],
  [
    "a member that moved when its old place fell silent",
    helloOf("n", { incarnation: 2, address: "10.0.0.3:9094" }),
    false,
    existingOf(helloOf("n"), { silence: 2500 }),
    "welcome",
  ],
])("%s", (_, hello, dialed, existing, expected) => {
  expect(judge(OWN, hello, dialed, existing, DEAF)).toEqual(expected);
});

test("of two connections made at the same time both sides keep the one the lesser name made", () => {
  const [lesser, greater] = [helloOf("a"), helloOf("b")];
  for (const first of [true, false]) {
    const young = { age: 5, dialed: first };
    const lesserKeepsNew = replaces(lesser, greater, !first, existingOf(greater, young), PATIENCE);
    const greaterKeepsNew = replaces(greater, lesser, first, existingOf(lesser, { age: 5, dialed: !first }), PATIENCE);

    // For the lesser the new one is its own call, or not; the greater sees the same two from the other side.
    expect([lesserKeepsNew, greaterKeepsNew]).toEqual([!first, !first]);
  }
});

test("a call of a member takes the place of its last call, of an old connection and of its last life", () => {
  const peer = helloOf("n");
  expect(replaces(OWN, peer, false, existingOf(peer, { dialed: false, age: 5 }), PATIENCE)).toBe(true);
  expect(replaces(OWN, peer, false, existingOf(peer, { dialed: true, age: 10_001 }), PATIENCE)).toBe(true);
  expect(replaces(OWN, helloOf("n", { incarnation: 2 }), false, existingOf(peer, { age: 5 }), PATIENCE)).toBe(true);
  expect(replaces(OWN, peer, false, existingOf(peer, { dialed: true, age: 5 }), PATIENCE)).toBe(false);
});
