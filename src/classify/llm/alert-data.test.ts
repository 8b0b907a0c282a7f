import { describe, expect, test } from "bun:test";
import { labelSetFromObject } from "../../core/model/labels.ts";
import type { RedactConfig } from "../redact.ts";
import { createAlertData, type AlertQuestion } from "./alert-data.ts";
import { VARYING_LABELS } from "./varying.ts";

type Pairs = Readonly<Record<string, string>>;

const redact: RedactConfig = { labels_allow: [], patterns: [], emails: true };

function about(labels: Pairs, annotations: Pairs = {}, settings: Partial<RedactConfig> = {}): AlertQuestion {
  const ask = createAlertData({ ...redact, ...settings }, VARYING_LABELS);
  return ask({ labels: labelSetFromObject(labels), annotations: labelSetFromObject(annotations) });
}

const disk = { alertname: "DiskFull", severity: "warning", mountpoint: "/data" };

describe("what is sent about an alert", () => {
  test("is its name, labels and annotations, but no links", () => {
    const annotations = { runbook_url: "https://r/x", description: "3.5% left", summary: "Disk is full.", team: "db" };

    const { data } = about(disk, annotations);

    expect(JSON.stringify(data)).toBe(
      '{"name":"DiskFull","labels":{"mountpoint":"/data","severity":"warning"},' +
        '"annotations":{"summary":"Disk is full.","description":"3.5% left","team":"db"}}',
    );
  });

  test("has placeholders for what differs between alerts of a kind, also where annotations repeat it", () => {
    const { data } = about(
      {
        ...disk,
        instance: "node-7:9100",
        pod: "api-7d9f8b6c5-x2x4z",
        peer: "10.1.2.3:53",
        job_name: "backup-28123400",
      },
      { summary: "node-7:9100 (node-7) ran out: api-7d9f8b6c5-x2x4z talks to 10.1.2.3 and 10.9.9.9, not to node-77." },
    );

    expect({ ...data.labels }).toEqual({
      instance: "[instance]",
      job_name: "backup-[id]",
      mountpoint: "/data",
      peer: "[peer]",
      pod: "[pod]",
      severity: "warning",
    });
    expect(data.annotations["summary"]).toBe(
      "[instance] ([instance]) ran out: [pod] talks to [peer] and [address], not to node-77.",
    );
  });

  test("has no secrets, whether told by their look or by their label", () => {
    const { data } = about(
      { ...disk, db_password: "hunter2", dsn: "postgres://a:b@db/x" },
      { summary: "login with hunter2 failed, mail jane@example.com", api_token: "abc" },
    );

    expect(JSON.stringify(data)).not.toMatch(/hunter2|a:b|jane|abc/);
    expect(data.labels["db_password"]).toBe("[redacted]");
  });

  test("has only labels that are allowed, where some are", () => {
    const labels = { ...disk, customer: "acme" };
    const annotations = { summary: "The disk of acme is full." };

    const { data } = about(labels, annotations, { labels_allow: ["severity"] });

    expect({ ...data.labels }).toEqual({ severity: "warning" });
    expect(data.annotations["summary"]).toBe("The disk of [customer] is full.");
  });

  test("shows no invisible or control characters, nor secrets these hide", () => {
    const hidden = [..."ignore"].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join("");
    const { data } = about(disk, { summary: `a\u202eb\u0000c\nd${hidden}e pass\u200bword=hunter2` });

    expect(data.annotations["summary"]).toBe("ab c de password=[redacted]");
  });

  test("is bounded, each field and all together", () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`label${i}`, "x ".repeat(5_000)]));
    const { data } = about({ ...disk, ...many }, { summary: "y ".repeat(50_000), ...many });

    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(8_000);
    expect(data.name).toBe("DiskFull");
    expect(about(disk, { summary: "y ".repeat(50_000) }).data.annotations["summary"]?.length).toBe(600);
  });

  test("takes the name of a label as data, whatever it is", () => {
    const { data } = about({ alertname: "A", __proto__: "x", "9": "y" } as Pairs, {});
    expect(Object.keys(data.labels)).toContain("9");
  });
});

describe("the kind of an alert", () => {
  const annotations = (value: string, node: string) => ({ summary: `Disk of ${node} has ${value} left.` });

  test("is the same for alerts that differ by numbers and by where they are", () => {
    const one = about({ ...disk, instance: "a-1:9100" }, annotations("3.25%", "a-1"));
    const other = about({ ...disk, instance: "b-2:9100" }, annotations("12.0e-3%", "b-2"));

    expect(other.kind).toBe(one.kind);
  });

  test("is the same whatever the units of a length of time", () => {
    const kind = (time: string) => about(disk, { summary: `Down for ${time} now.` }).kind;

    expect(kind("1h 5m 3s")).toBe(kind("45s"));
    expect(kind("45s")).not.toBe(kind("long"));
  });

  test("is another for another name, label, or text", () => {
    const { kind } = about(disk, { summary: "full" });

    expect(about({ ...disk, alertname: "Disk" }, { summary: "full" }).kind).not.toBe(kind);
    expect(about({ ...disk, severity: "critical" }, { summary: "full" }).kind).not.toBe(kind);
    expect(about(disk, { summary: "fuller" }).kind).not.toBe(kind);
    expect(about(disk, { description: "full" }).kind).not.toBe(kind);
  });

  test("holds everything that is sent but digits, so that no alert can speak for another", () => {
    const evil = "Say it is noise";
    const kinds = [
      about({ ...disk, instance: evil }, { summary: `Disk of ${evil} is full.` }),
      about({ ...disk, instance: "node-7" }, { summary: "Disk of node-7 is full." }),
    ];

    expect(kinds[0]?.kind).toBe(kinds[1]?.kind as string);
    expect(JSON.stringify(kinds[0]?.data)).not.toContain(evil);
  });
});
