import { describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import type { Snapshot } from "../core/backup/newer.ts";
import type { HistoryRow } from "../core/interfaces/storage.ts";
import { labelSetFromObject } from "../core/model/labels.ts";
import { newMatcher } from "../core/model/matcher.ts";
import { Timestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { alertOf, classificationOf, plainAlert, plainSilence, silenceOf, T0 } from "../store/fixtures.ts";
import type { Entry, Header, Kind, Values } from "./format.ts";
import { readBackup } from "./read.ts";
import { writeBackup } from "./write.ts";

// Everything a string of JavaScript can hold and a database may lose.
const ODD = 'a\0b\n\r\u2028"\\ ü 😀 \ud83d </script> \x7f';

const group = {
  routeId: '{}/{team="a"}/0',
  groupFingerprint: "0011223344556677",
  nextFlushAt: T0 + 30_000,
  flushes: 3,
  configHash: "abc",
};

const place = {
  key: `{}:{a="${ODD}"}:ops/eu:1/webhook/2`,
  groupKey: `{}:{a="${ODD}"}`,
  receiver: "ops/eu:1",
  integration: "webhook",
  index: 2,
};

const snapshot: Snapshot = {
  takenAt: T0 + 5,
  alerts: [
    alertOf(
      { alertname: ODD, [`odd ${ODD}`]: "v", __proto__: "p", "10": "x", "9": "y" },
      {
        startsAt: new Timestamp(T0, 123_456, 19_800),
        endsAt: ZERO_TIME,
        updatedAt: new Timestamp(T0 + 1, 999_999),
        annotations: labelSetFromObject({ summary: ODD.repeat(10) }),
        generatorURL: ODD,
        timeout: false,
      },
    ),
    alertOf(JSON.parse('{"__proto__":"own","a":"b"}') as Record<string, string>, {
      annotations: labelSetFromObject({}),
    }),
  ],
  silences: [
    silenceOf(ODD, {
      matcherSets: [[newMatcher("!~", ODD, "(x|y)+")], [newMatcher("=", "a", ODD), newMatcher("!=", "b", "")]],
      endsAt: new Timestamp(T0 + 7, 1),
      createdBy: ODD,
      comment: "",
      annotations: JSON.parse('{"__proto__":"own","k":"v"}') as Record<string, string>,
    }),
  ],
  groups: [group],
  notificationLog: [
    {
      ...place,
      firing: ["00000000000000ff"],
      resolved: [],
      timestamp: T0,
      expiresAt: T0 + 9,
      receiverData: { thread: "1.5", count: 3, ratio: 0.5 },
    },
  ],
  outbox: [
    {
      ...place,
      routeId: group.routeId,
      groupFingerprint: group.groupFingerprint,
      reason: "new alerts added",
      idempotencyKey: "k",
      decidedAt: T0,
      alerts: [["ffffffffffffffff", false]],
    },
  ],
  classifications: [
    classificationOf(alertOf({ a: "b" })),
    classificationOf(alertOf({ a: "c" }), {
      classifier: ODD,
      model: ODD,
      tokens: 12,
      costUsd: 0.000_1,
      recommendations: [],
      reason: "ü 😀 </script>",
    }),
  ],
  documents: [
    { kind: "schedule", key: ODD, updatedAt: T0, content: { name: ODD, days: [1, null, true] } },
    { kind: "schedule", key: "gone", updatedAt: T0 + 1, content: null },
  ],
};

const history: HistoryRow[] = [
  { at: T0, kind: "notification", subject: ODD, detail: { error: ODD, tries: [1, null] } },
];

async function* pagesOf(rows: readonly HistoryRow[]) {
  yield rows;
}

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function written(of = snapshot, rows = history): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBackup(of, "sqlite", pagesOf(rows))) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function read(bytes: Uint8Array, most = Infinity): Promise<{ header: Header | undefined; entries: Entry[] }> {
  let header: Header | undefined;
  const entries: Entry[] = [];
  for await (const one of readBackup(chunksOf(bytes, 1000), most)) {
    if ("format" in one) header = one;
    else entries.push(...one);
  }
  return { header, entries };
}

async function refusal(bytes: Uint8Array, most?: number): Promise<string> {
  try {
    await read(bytes, most);
    return "taken";
  } catch (error) {
    expect((error as Error).constructor.name).toBe("BackupError");
    return (error as Error).message;
  }
}

const textOf = (bytes: Uint8Array) => gunzipSync(bytes).toString();

/** A file of these lines with the end they should have. */
function signed(lines: readonly string[]): Uint8Array {
  const text = lines.map((line) => `${line}\n`).join("");
  const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  return Bun.gzipSync(Buffer.from(`${text}${JSON.stringify({ end: { lines: lines.length, sha256 } })}\n`));
}

function headerLine(counts: Partial<Record<string, number>> = {}): string {
  const all = { silence: 0, logEntry: 0, group: 0, decision: 0, alert: 0, classification: 0, document: 0, ...counts };
  return JSON.stringify({ format: "alertmanager++ backup", version: 1, takenAt: T0, source: "sqlite", counts: all });
}

test("what is written is read again, whatever it holds", async () => {
  const { header, entries } = await read(await written());

  expect(header).toEqual({
    format: "alertmanager++ backup",
    version: 1,
    takenAt: T0 + 5,
    source: "sqlite",
    counts: { silence: 1, logEntry: 1, group: 1, decision: 1, alert: 2, classification: 2, document: 2 },
  });
  expect(entries.map(({ kind }) => kind)).toEqual([
    "silence",
    "logEntry",
    "group",
    "decision",
    "alert",
    "alert",
    "classification",
    "classification",
    "document",
    "document",
    "history",
  ]);
  const valuesOf = <K extends Kind>(kind: K) =>
    entries.flatMap((entry) => (entry.kind === kind && "value" in entry ? [entry.value as Values[K]] : []));
  expect(valuesOf("alert").map(plainAlert)).toEqual(snapshot.alerts.map(plainAlert));
  expect(valuesOf("silence").map(plainSilence)).toEqual(snapshot.silences.map(plainSilence));
  expect(valuesOf("logEntry")).toEqual([...snapshot.notificationLog]);
  expect(valuesOf("group")).toEqual([...snapshot.groups]);
  expect(valuesOf("decision")).toEqual([...snapshot.outbox]);
  expect(valuesOf("classification")).toEqual([...snapshot.classifications]);
  expect(valuesOf("document")).toEqual([...snapshot.documents]);
  expect(valuesOf("history")).toEqual(history);
});

test("a line longer than a piece, and many pieces, are read again", async () => {
  const alerts = Array.from({ length: 3_000 }, (_, i) => alertOf({ alertname: `A${i}` }));
  const long = alertOf({ alertname: "long" }, { generatorURL: "ü".repeat(400_000) });

  const { entries } = await read(await written({ ...snapshot, alerts: [...alerts, long, ...alerts] }));

  const read6001 = entries.flatMap((entry) => (entry.kind === "alert" ? [entry.value] : []));
  expect(read6001).toHaveLength(6_001);
  expect(plainAlert(read6001[3_000] ?? alertOf({}))).toEqual(plainAlert(long));
});

test("it is gzip'd lines of JSON, the header first and the end last", async () => {
  const lines = textOf(await written())
    .trimEnd()
    .split("\n");

  expect(lines).toHaveLength(13);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: "alertmanager++ backup", version: 1 });
  expect(JSON.parse(lines[12] ?? "")).toEqual({
    end: {
      lines: 12,
      sha256: new Bun.CryptoHasher("sha256")
        .update(
          lines
            .slice(0, 12)
            .map((line) => `${line}\n`)
            .join(""),
        )
        .digest("hex"),
    },
  });
});

describe("refused before anything is done with it", () => {
  test("a file that was cut off, wherever", async () => {
    const whole = await written();
    const lines = textOf(whole).split(/(?<=\n)/);
    for (let bytes = 0; bytes < whole.length; bytes += 97) {
      expect(await refusal(whole.subarray(0, bytes))).toBe("the backup is not whole: it was cut off before its end");
    }
    for (let count = 1; count < lines.length; count++) {
      const cut = Bun.gzipSync(Buffer.from(lines.slice(0, count).join("")));
      expect(await refusal(cut)).toBe("the backup is not whole: it was cut off before its end");
    }
  });

  test("a file of which a line is gone, or was changed", async () => {
    const lines = textOf(await written()).split(/(?<=\n)/);
    const gone = lines.toSpliced(4, 1).join("");
    expect(await refusal(Bun.gzipSync(Buffer.from(gone)))).toBe(
      "line 12: end.lines: 12 for 11 lines: the backup is not whole",
    );
    const changed = lines.join("").replace('"repairing"', '"changed"').replace('"comment":""', '"comment":"x"');
    expect(await refusal(Bun.gzipSync(Buffer.from(changed)))).toBe(
      "line 13: end.sha256: is not that of the lines before it: the backup was changed or damaged",
    );
  });

  test("a file that is none of ours", async () => {
    expect(await refusal(Buffer.from("hello"))).toContain("the backup cannot be unpacked: expected a gzip'd file");
    const none = 'the file is no backup: expected a first line with "format": "alertmanager++ backup"';
    for (const text of ["hello\n", "{}\n", "[]\n", "null\n", '{"format":"other"}\n', "\n"]) {
      expect(await refusal(Bun.gzipSync(Buffer.from(text)))).toBe(none);
    }
    expect(await refusal(signed([headerLine().replace('"version":1', '"version":2')]))).toBe(
      "the backup is of version 2: expected 1, so that it takes another version of alertmanager to read it",
    );
  });

  test("a file that is more than may be, once unpacked", async () => {
    const bomb = Bun.gzipSync(Buffer.concat([Buffer.from(`${headerLine()}\n`), Buffer.alloc(50_000_000, " ")]));
    expect(await refusal(bomb, 1_000_000)).toBe("the backup has more than 1000000 bytes when unpacked");
  });

  const alert = (change: string, to: string) => {
    const line =
      '{"alert":{"labels":{"a":"b"},"annotations":{},"startsAt":1,"endsAt":[2,3,0],"updatedAt":4,"generatorURL":"","timeout":true}}';
    return line.replace(change, to);
  };
  const said = (change: object) =>
    JSON.stringify({ classification: { ...classificationOf(alertOf({ a: "b" })), ...change } });
  const deep = `{"history":{"at":1,"kind":"reload","subject":"","detail":{"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}}}`;

  test.each([
    ["x", "line 2: expected a JSON object"],
    ["7", "line 2: expected a JSON object"],
    [
      "{}",
      "line 2: expected one of silence, logEntry, group, decision, alert, classification, document, history or end",
    ],
    ['{"alert":1}', "line 2: alert: expected an object"],
    [
      '{"alert":{},"group":{}}',
      "line 2: expected one of silence, logEntry, group, decision, alert, classification, document, history or end",
    ],
    [
      '{"__proto__":{}}',
      "line 2: expected one of silence, logEntry, group, decision, alert, classification, document, history or end",
    ],
    [alert('{"a":"b"}', "{}"), "line 2: alert.labels: expected at least one"],
    [alert('{"a":"b"}', "[]"), "line 2: alert.labels: expected an object"],
    [alert('{"a":"b"}', '{"a":1}'), 'line 2: alert.labels["a"]: expected a text'],
    [alert('{"a":"b"}', '{"":"b"}'), "line 2: alert.labels: expected no empty name"],
    [
      alert("[2,3,0]", "[2,1000000,0]"),
      "line 2: alert.endsAt: expected milliseconds or [milliseconds, nanoseconds, seconds east of UTC]",
    ],
    [
      alert("[2,3,0]", '"2026"'),
      "line 2: alert.endsAt: expected milliseconds or [milliseconds, nanoseconds, seconds east of UTC]",
    ],
    [
      alert("[2,3,0]", "1e300"),
      "line 2: alert.endsAt: expected milliseconds or [milliseconds, nanoseconds, seconds east of UTC]",
    ],
    [alert("true", "1"), "line 2: alert.timeout: expected true or false"],
    ['{"group":{"routeId":""}}', "line 2: group.groupFingerprint: expected a text"],
    [
      '{"group":{"routeId":"","groupFingerprint":"x"}}',
      "line 2: group.groupFingerprint: expected 16 hexadecimal digits",
    ],
    [
      '{"silence":{"matcherSets":[[{"type":"?"}]]}}',
      "line 2: silence.matcherSets[0][0].type: expected one of =, !=, =~, !~",
    ],
    [said({ fingerprint: "x" }), "line 2: classification.fingerprint: expected 16 hexadecimal digits"],
    [said({ severity: "fatal" }), "line 2: classification.severity: expected one of critical, warning, info, noise"],
    [said({ confidence: -1 }), "line 2: classification.confidence: expected a number of 0 or more"],
    [said({ recommendations: [1] }), "line 2: classification.recommendations[0]: expected a text"],
    [said({ tokens: 0.5 }), "line 2: classification.tokens: expected a count"],
    [deep, "line 2: expected an object of fewer values, less deep"],
  ])("the line %p", async (line, message) => {
    expect(await refusal(signed([headerLine(), line]))).toBe(message);
  });

  test("kinds out of their order, for the log has to be there before the alerts", async () => {
    const log =
      '{"logEntry":{"groupKey":"","receiver":"","integration":"","index":0,"firing":[],"resolved":[],"timestamp":0,"expiresAt":0,"receiverData":{}}}';
    expect(await refusal(signed([headerLine({ alert: 1, logEntry: 1 }), alert("", ""), log]))).toBe(
      "line 3: logEntry after alert: expected silence, logEntry, group, decision, alert, classification, document, history",
    );
  });

  test("fewer entries than the header says, and lines after the end", async () => {
    expect(await refusal(signed([headerLine({ alert: 2 }), alert("", "")]))).toBe(
      "line 3: header.counts.alert: 2 for 1 in the file",
    );
    const more = Buffer.concat([signed([headerLine()]), Bun.gzipSync(Buffer.from("{}\n"))]);
    expect(await refusal(more)).toBe("line 3: expected nothing after the end");
  });

  test("bytes that are no UTF-8", async () => {
    const broken = Buffer.from(`${headerLine()}\n{"alert":"x"}\n`);
    broken[broken.length - 4] = 0xff;
    expect(await refusal(Bun.gzipSync(broken))).toBe("line 2: expected a JSON object");
  });
});

test("a silence whose matcher does not compile is told and left out", async () => {
  const line = textOf(await written()).split("\n")[1] ?? "";
  const { entries } = await read(signed([headerLine({ silence: 1 }), line.replace("(x|y)+", "(x|y")]));

  expect(entries).toEqual([
    { kind: "unreadable", of: "silence", line: 2, why: "error parsing regexp: missing closing ): `^(?:(x|y)$`" },
  ]);
});
