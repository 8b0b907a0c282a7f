import { describe, expect, test } from "bun:test";

import { optionsOf, readFlags } from "./flags.ts";
import type { Options } from "./options.ts";

function options(...args: string[]): Options {
  const outcome = readFlags(args, "alertmanager", () => 80);
  if (outcome.kind !== "run") throw new Error(JSON.stringify(outcome));
  return optionsOf(outcome.values);
}

test("defaults are upstream's", () => {
  expect(options()).toMatchObject({
    configFile: "alertmanager.yml",
    dataDir: "data/",
    retentionMs: 120 * 3_600_000,
    webListenAddresses: [":9093"],
    clusterBindAddr: "0.0.0.0:9094",
    gossipIntervalMs: 200,
    peers: [],
    httpTimeoutMs: 0,
    goMemLimitRatio: 0.9,
    logLevel: "info",
    plusConfigFile: "",
  });
});

test("repeatable flags keep their order and replace the default", () => {
  expect(options("--web.listen-address=:2", "--web.listen-address", ":1").webListenAddresses).toEqual([":2", ":1"]);
});

describe("spellings of the Prometheus operator", () => {
  test("a web timeout without a unit is in seconds", () => {
    expect(options("--web.timeout=30").httpTimeoutMs).toBe(30_000);
    expect(options("--web.timeout=1m30s").httpTimeoutMs).toBe(90_000);
  });

  test("the silence size limit has a second name", () => {
    expect(options("--silences.max-per-silence-bytes=4096").maxSilenceSizeBytes).toBe(4096);
    expect(options("--silences.max-silence-size-bytes=17").maxSilenceSizeBytes).toBe(17);
  });
});

test.each([
  ["1d", 86_400_000],
  ["1w2d3h4m5s6ms", 788_645_006],
  ["-1.5h", -5_400_000],
  ["1500us", 1.5],
])("duration %s is %d ms", (text, ms) => {
  expect(options(`--data.retention=${text}`).retentionMs).toBe(ms);
});

test.each([
  ["1e3", 1000],
  ["1.9", 1],
  ["-1.9", -1],
  ["1_000", 1000],
  ["0x1p4", 16],
  ["inf", -(2 ** 63)],
])("whole number %s is %d", (text, value) => {
  expect(options(`--silences.max-silences=${text}`).maxSilences).toBe(value);
});
