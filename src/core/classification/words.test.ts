import { describe, expect, test } from "bun:test";
import { WordPatterns } from "./word-pattern.ts";
import { squashed, wordsOf } from "./words.ts";

describe("the words of a name", () => {
  test.each([
    ["KubePodCrashLooping", ["kube", "pod", "crash", "looping", "crashlooping"]],
    ["node_disk_full", ["node", "disk", "full", "diskfull"]],
    ["api-latency-p95", ["api", "latency", "p95"]],
    ["[prod] CPU usage > 85% (web tier)", ["prod", "cpu", "usage", "cpuusage", "web", "tier"]],
    ["High5xxRate", ["high", "5xx", "rate"]],
    ["PostgreSQLDown", ["postgresql", "sql", "down"]],
    ["HAProxyDown", ["haproxy", "down"]],
    ["IOWait", ["iowait"]],
    ["TempsDeRéponseÉlevé", ["temps", "reponse", "eleve", "tempsdereponse"]],
    ["Straße", ["strasse"]],
    ["ВысокаяНагрузкаCPU", ["высокая", "нагрузка", "cpu"]],
    ["数据库连接失败", ["数据库", "连接", "失败"]],
    ["ディスク使用率高", ["ディスク", "使用率"]],
    ["응답시간지연", ["응답시간", "지연"]],
  ])("%s", (name, expected) => {
    expect([...wordsOf(name)]).toEqual(expect.arrayContaining(expected));
  });

  test("of an empty name are none", () => {
    expect(wordsOf("").size).toBe(0);
    expect(wordsOf(" -- ").size).toBe(0);
  });
});

test("squashed names are the same whatever stands between their words", () => {
  for (const name of ["NodeDown", "node_down", "NODE-DOWN", "Node Down"]) expect(squashed(name)).toBe("nodedown");
});

describe("a word pattern", () => {
  function fits(pattern: string, name: string): boolean {
    const patterns = new WordPatterns();
    patterns.add(7, pattern);
    return patterns.fitting(wordsOf(name)).has(7);
  }
  test("wants all of its terms, in any order", () => {
    expect(fits("disk full", "DiskIsFull")).toBe(true);
    expect(fits("disk full", "FullDisk")).toBe(true);
    expect(fits("disk full", "DiskSlow")).toBe(false);
  });
  test("wants whole words, or beginnings where it says so", () => {
    expect(fits("cert", "CertificateSoon")).toBe(false);
    expect(fits("cert*", "CertificateSoon")).toBe(true);
    expect(fits("down", "CountdownBegins")).toBe(false);
  });
  test("takes one of alternatives", () => {
    expect(fits("disk|volume full", "VolumeFull")).toBe(true);
  });
  test("wants none of what it excludes", () => {
    expect(fits("heartbeat !lost|missing", "Heartbeat")).toBe(true);
    expect(fits("heartbeat !lost|missing", "HeartbeatLost")).toBe(false);
  });
  test("finds words written as one and as several", () => {
    expect(fits("crashloop*", "PodCrashLooping")).toBe(true);
    expect(fits("crashloop*", "pod_crashlooping")).toBe(true);
  });
  test("cannot begin with what it excludes", () => {
    expect(() => new WordPatterns().add(0, "!disk full")).toThrow('"!disk full" begins with');
  });
});
