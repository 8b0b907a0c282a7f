import { expect, test } from "bun:test";
import { formatMatchers, fromWire, matchersOf, matchersOfAll, parseMatchers, toWire } from "./matchers.ts";

test("a link of upstream's is read: braces, quotes, spaces", () => {
  expect(parseMatchers('{alertname="Disk full", instance=~"a.*,b"}')).toEqual([
    { name: "alertname", operator: "=", value: "Disk full" },
    { name: "instance", operator: "=~", value: "a.*,b" },
  ]);
  expect(parseMatchers('{path="a\\tb\\\\c"}')).toEqual([{ name: "path", operator: "=", value: "a\tb\\c" }]);
});

test("what people type is read: no quotes, no braces", () => {
  expect(parseMatchers("severity != critical")).toEqual([{ name: "severity", operator: "!=", value: "critical" }]);
});

test("a text that is no matcher is none", () => {
  for (const text of ["disk", 'a="b', "=b", ""]) expect(parseMatchers(text)).toBeUndefined();
});

test("what is written is read again as it was", () => {
  const matchers = [
    { name: "a b", operator: "!~", value: 'x "y" \\ \n z' },
    { name: "c", operator: "=", value: "" },
  ] as const;
  expect(parseMatchers(formatMatchers(matchers))).toEqual([...matchers]);
});

test("the API's form goes both ways", () => {
  for (const matcher of matchersOf({ b: "2", a: "1" })) expect(fromWire(toWire(matcher))).toEqual(matcher);
  expect(matchersOf({ b: "2", a: "1" }).map(({ name }) => name)).toEqual(["a", "b"]);
});

test("a selection is matched by what all have in common, and by alternatives where they differ", () => {
  const sets: Record<string, string>[] = [
    { alertname: "Down", instance: "a.b:1", zone: "x" },
    { alertname: "Down", instance: "c", pod: "y" },
  ];
  expect(matchersOfAll(sets)).toEqual([
    { name: "alertname", operator: "=", value: "Down" },
    { name: "instance", operator: "=~", value: "a\\.b:1|c" },
  ]);
});
