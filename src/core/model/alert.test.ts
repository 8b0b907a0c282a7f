import { expect, test } from "bun:test";
import { mergeAlerts, mergeVersions, overlaps, type Alert } from "./alert.ts";
import { EMPTY_LABELS, labelSet } from "./labels.ts";
import { Timestamp } from "./timestamp.ts";

const NOW = 1_000_000;

/** Times in minutes from now. */
function alert(start: number, end: number, updated: number, timeout = false): Alert {
  const at = (minutes: number) => new Timestamp(NOW + minutes * 60_000);
  return {
    labels: labelSet([["alertname", "A"]]),
    annotations: EMPTY_LABELS,
    startsAt: at(start),
    endsAt: at(end),
    updatedAt: at(updated),
    generatorURL: String(updated),
    timeout,
  };
}

function range(a: Alert): [number, number] {
  return [(a.startsAt.ms - NOW) / 60_000, (a.endsAt.ms - NOW) / 60_000];
}

// Spec §3.2; both orders of arguments give the same.
test.each([
  [
    "both open, the later updated only by timeout, an explicit end stays",
    alert(-2, 2, -1),
    alert(-1, 1, 0, true),
    [-2, 2],
  ],
  ["both by timeout: the end of the later updated", alert(-2, 4, -1, true), alert(-1, 3, 0, true), [-2, 3]],
  ["an explicit later end of the earlier updated is taken", alert(-1, 5, -1), alert(-2, 3, 0), [-2, 5]],
  ["the later updated is resolved: its end stands against an open one", alert(-3, 2, -1), alert(-2, -1, 0), [-3, -1]],
  ["both resolved: the later end", alert(-4, -1, -1), alert(-5, -2, 0), [-5, -1]],
  ["the later updated ends later", alert(-4, 1, -1), alert(-3, 3, 0), [-4, 3]],
] as const)("%s", (_, a, b, expected) => {
  expect(range(mergeAlerts(a, b, NOW))).toEqual(expected as unknown as [number, number]);
  expect(range(mergeAlerts(b, a, NOW))).toEqual(expected as unknown as [number, number]);
  expect(mergeAlerts(a, b, NOW).generatorURL).toBe("0");
});

test.each([
  ["the later updated covers the earlier: it counts as it is", alert(-2, 2, -1), alert(-4, 4, 0), [-4, 4]],
  ["the earlier updated covers the later: they are merged", alert(-4, 4, -1), alert(-2, 2, 0), [-4, 4]],
  ["apart", alert(-2, 2, -1), alert(-4, -3, 0), [-4, -3]],
] as const)("versions stored by two servers, in either order: %s", (_, earlier, later, expected) => {
  for (const one of [mergeVersions(earlier, later, NOW), mergeVersions(later, earlier, NOW)]) {
    expect(range(one)).toEqual(expected as unknown as [number, number]);
    expect(one.generatorURL).toBe("0");
  }
});

test.each([
  ["the new one ends within the old", alert(-4, 4, 0), alert(-6, 2, 0), true],
  ["the new one starts within the old", alert(-4, 4, 0), alert(-2, 6, 0), true],
  ["same start, later end: a mere resend", alert(-4, 4, 0), alert(-4, 5, 0), false],
  ["the new one covers the old", alert(-2, 2, 0), alert(-4, 4, 0), false],
  ["apart", alert(-4, -3, 0), alert(-2, 2, 0), false],
] as const)("overlap: %s", (_, old, update, expected) => {
  expect(overlaps(old, update)).toBe(expected);
});
