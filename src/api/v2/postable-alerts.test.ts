import { expect, test } from "bun:test";
import { decodeBody } from "./decode.ts";
import { postableAlerts } from "./postable-alerts.ts";
import { readPlainAlerts } from "./postable-alerts-fast.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function exact(text: string) {
  return decodeBody(bytes(text), "alerts", postableAlerts);
}

const PLAIN = [
  "[]",
  '[{"labels":{}}]',
  '[{"labels":{"a":"b"}}]',
  '[{"labels":{"a":""},"annotations":{"":""},"startsAt":"2026-11-23T10:00:00.5Z","endsAt":"2026-11-23T10:00:00Z"}]',
  '[{"labels":{"a":"b"},"startsAt":"2020-01-02","endsAt":"2020-01-31T10:00:00.123456789+02:00"}]',
  '[{"labels":{"a":"b"},"startsAt":"","endsAt":"0001-01-01T00:00:00Z"}]',
  '[{"labels":{"a":"b"},"generatorURL":""},{"labels":{"c":"d"},"generatorURL":"http://p/graph?a=b%20c#d"}]',
  '[{"labels":{"é":"\\u00e9\\n","𝒳":"y","1":"2","__proto__":"p"},"unknown":[{"x":1}]}]',
  ' [ { "labels" : { "a" : "b" } , "x" : null } ] ',
];

test.each(PLAIN)("reads the plain body %s as the exact decoder does", (text) => {
  const alerts = readPlainAlerts(bytes(text));
  expect(alerts).toBeDefined();
  expect(alerts?.map(comparable)).toEqual(exact(text).map(comparable));
});

/** Maps as pairs in order: the two readers make them with different prototypes. */
function comparable({ labels, annotations, startsAt, endsAt, generatorURL }: ReturnType<typeof exact>[number]) {
  const pairs = (map: Readonly<Record<string, string>>) => Object.entries(map).sort();
  return { labels: pairs(labels), annotations: pairs(annotations), startsAt, endsAt, generatorURL };
}

test.each([
  "",
  "x",
  "null",
  "{}",
  "[null]",
  "[1]",
  "[[]]",
  "[{}]",
  '[{"labels":null}]',
  '[{"labels":[]}]',
  '[{"labels":{"a":1}}]',
  '[{"Labels":{"a":"b"}}]',
  '[{"labels":{"a":"b"},"STARTSAT":"2020-01-01"}]',
  '[{"labels":{"a":"b"},"ſtartsAt":"2020-01-01"}]',
  '[{"labels":{"a":"b"},"labels":{"c":"d"}}]',
  '[{"labels":{"a":"b"},"annotations":{},"annotations":{}}]',
  '[{"labels":{"a":"b"},"annotations":null}]',
  '[{"labels":{"a":"b"},"startsAt":null}]',
  '[{"labels":{"a":"b"},"startsAt":1}]',
  '[{"labels":{"a":"b"},"endsAt":"soon"}]',
  '[{"labels":{"a":"b"},"generatorURL":null}]',
  '[{"labels":{"a":"b"},"generatorURL":"foo"}]',
  '[{"labels":{"a":"\\ud800"}}]',
  "[] x",
])("leaves the odd body %s to the exact decoder", (text) => {
  expect(readPlainAlerts(bytes(text))).toBeUndefined();
});

test("leaves bytes that are no UTF-8, and a byte order mark, to the exact decoder", () => {
  expect(readPlainAlerts(Buffer.from('[{"labels":{"a":"\xff"}}]', "latin1"))).toBeUndefined();
  expect(readPlainAlerts(Buffer.from("\xef\xbb\xbf[]", "latin1"))).toBeUndefined();
});

test("the same text gives one time", () => {
  const alert = '{"labels":{"a":"b"},"startsAt":"2020-01-01T00:00:00Z"}';
  const [first, second] = readPlainAlerts(bytes(`[${alert},${alert}]`)) ?? [];
  expect(first?.startsAt).toBe(second?.startsAt as object as NonNullable<typeof first>["startsAt"]);
});

test("a null within a map is an empty string, a null map is none, repeated maps are merged", () => {
  expect(exact('[{"labels":{"a":null}}]')[0]?.labels).toEqual({ a: "" });
  expect(exact('[{"labels":{"a":"b"},"annotations":{"a":"b"},"annotations":null}]')[0]?.annotations).toEqual({});
  expect(exact('[{"labels":{"a":"b","c":"d"},"LABELS":{"a":"x"}}]')[0]?.labels).toEqual({ a: "x", c: "d" });
});

test("ten thousand labels are read", () => {
  const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`label_${i}`, String(i)]));
  const text = JSON.stringify([{ labels }]);
  expect(readPlainAlerts(bytes(text))?.[0]?.labels).toEqual(labels);
  expect(exact(text)[0]?.labels).toEqual(labels);
});
