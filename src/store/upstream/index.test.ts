import { afterEach, expect, test } from "bun:test";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labelSetFromObject } from "../../core/model/labels.ts";
import { newMatcher } from "../../core/model/matcher.ts";
import { Timestamp, parseTimestamp } from "../../core/model/timestamp.ts";
import { plainSilence, silenceOf } from "../fixtures.ts";
import { SnapshotError, readUpstreamSnapshots, writeUpstreamSnapshots } from "./index.ts";
import { sizeOfSilence } from "./silences.ts";

/** Written by Alertmanager 0.34.0 with `--data.retention=120h`, a repeat_interval of 1 h and the silences below. */
const RECORDED = join(import.meta.dir, "testdata");
const RETENTION = 120 * 3_600_000;

const directories: string[] = [];

async function directoryWith(files: Record<string, Uint8Array | string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "upstream-"));
  directories.push(directory);
  for (const [name, content] of Object.entries(files)) await Bun.write(join(directory, name), content);
  return directory;
}

const noneInvalid = (id: string, error: Error) => {
  throw new Error(`silence ${id} is invalid: ${error.message}`);
};

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

test("silences Alertmanager wrote are read with their matchers, times and annotations", async () => {
  const { silences } = await readUpstreamSnapshots(RECORDED, noneInvalid);

  expect(silences.map(plainSilence)).toEqual([
    {
      id: "fdb8e6c2-0743-49a6-b273-de20c66f4ad0",
      matcherSets: [['z=~"b"']],
      startsAt: "2029-01-01T00:00:00Z",
      endsAt: "2030-01-01T00:00:00Z",
      updatedAt: "2026-11-23T18:57:55.518472272Z",
      createdBy: "bob",
      comment: "later",
      annotations: {},
    },
    {
      id: "343e4c7d-4eef-4679-9c54-da6da368cd5c",
      matcherSets: [['gone="b"']],
      startsAt: "2026-11-23T18:57:55.527447067Z",
      endsAt: "2026-11-23T18:57:55.535834768Z",
      updatedAt: "2026-11-23T18:57:55.535834768Z",
      createdBy: "bob",
      comment: "expired",
      annotations: {},
    },
    {
      id: "edcd2b29-4f1d-45d0-a311-dd90b72bb95a",
      matcherSets: [['a="b"', 'c!~"x|y"']],
      startsAt: "2026-11-23T18:57:55.508794368Z",
      endsAt: "2029-12-31T22:00:00Z",
      updatedAt: "2026-11-23T18:57:55.508794368Z",
      createdBy: "ann",
      comment: "c é",
      annotations: { k: "v" },
    },
  ]);
});

test("log entries Alertmanager wrote are read under the key and with the hashes we use ourselves", async () => {
  const { notificationLog } = await readUpstreamSnapshots(RECORDED, noneInvalid);

  expect(notificationLog.map((e) => e.key).sort()).toEqual([
    '{}/{team="a"}:{alertname="X"}:slackish/webhook/0',
    '{}:{alertname="Down é"}:r/x:1/webhook/0',
    '{}:{alertname="Down é"}:r/x:1/webhook/1',
    '{}:{alertname="Gone"}:r/x:1/webhook/0',
    '{}:{alertname="Gone"}:r/x:1/webhook/1',
  ]);
  const down = ["1", "2"].map((i) => labelSetFromObject({ alertname: "Down é", i }).logHash);
  expect(notificationLog.find((e) => e.key === '{}:{alertname="Down é"}:r/x:1/webhook/1')).toEqual({
    key: '{}:{alertname="Down é"}:r/x:1/webhook/1',
    groupKey: '{}:{alertname="Down é"}',
    receiver: "r/x:1",
    integration: "webhook",
    index: 1,
    firing: down.sort(),
    resolved: [],
    timestamp: Date.parse("2026-11-23T18:57:56.502Z"),
    expiresAt: Date.parse("2026-11-23T20:57:56.502Z"),
    receiverData: {},
  });
  const gone = labelSetFromObject({ alertname: "Gone" }).logHash;
  expect(notificationLog.find((e) => e.key === '{}:{alertname="Gone"}:r/x:1/webhook/0')?.resolved).toEqual([gone]);
});

test("silences are written byte for byte as Alertmanager writes them", async () => {
  const directory = await directoryWith({});
  const { silences } = await readUpstreamSnapshots(RECORDED, noneInvalid);

  await writeUpstreamSnapshots(directory, { silences, notificationLog: [], retention: RETENTION });

  const [written, recorded] = await Promise.all(
    [directory, RECORDED].map((d) => readFile(join(d, "silences"), "latin1")),
  );
  expect(written).toBe(recorded as string);
  expect((await readdir(directory)).sort()).toEqual(["nflog", "silences"]);
});

test("what is written is read back, receiver data of every kind and several matcher sets included", async () => {
  const directory = await directoryWith({});
  const recorded = await readUpstreamSnapshots(RECORDED, noneInvalid);
  const matcherSets = [[newMatcher("=", "a", "1")], [newMatcher("!=", "b", ""), newMatcher("!~", "c", "2|3")]];
  const startsAt = new Timestamp(-62_135_596_800_000);
  const silences = recorded.silences.map((s) => Object.assign({}, s, { matcherSets, startsAt }));
  const firing = ["0000000000000000", "00000000000000ff", "8000000000000000", "ffffffffffffffff"];
  const receiverData = { thread: "1.5", none: "", zero: 0, negative: -3, fraction: 0.1 };
  const notificationLog = recorded.notificationLog.map((e) => Object.assign({}, e, { firing, receiverData }));

  await writeUpstreamSnapshots(directory, { silences, notificationLog, retention: RETENTION });
  const read = await readUpstreamSnapshots(directory, noneInvalid);

  expect(read.notificationLog).toEqual(notificationLog);
  expect(read.silences.map((s) => s.matcherSets.map(String))).toEqual(silences.map((s) => s.matcherSets.map(String)));
  expect(read.silences.map((s) => s.startsAt.isZero)).toEqual([true, true, true]);
});

test("a silence of an older release, with matchers of its own and comments, becomes one set with one comment", async () => {
  // Silence{id="old", matchers=[{type=REGEXP,name="a",pattern="b"}], comments=[{author="ann",comment="why"}]}
  const silence = ["0a036f6c64", "1208", "0801120161", "1a0162", "3a0a", "0a03616e6e", "1203776879"].join("");
  const bytes = Buffer.from(silence, "hex");
  const file = Buffer.concat([Buffer.from([bytes.length + 2, 0x0a, bytes.length]), bytes]);
  const directory = await directoryWith({ silences: file });

  const { silences } = await readUpstreamSnapshots(directory, noneInvalid);

  expect(silences.map((s) => [s.id, s.matcherSets.map(String), s.createdBy, s.comment])).toEqual([
    ["old", ['a=~"b"'], "ann", "why"],
  ]);
});

test("hashes that are not packed, and fields of other releases, are read and skipped", async () => {
  // Entry{group_key="g", receiver{group_name="r",integration="i"}, group_hash=.., resolved=true, firing=1, firing=2}
  const entry = ["0a0167", "1206", "0a0172", "120169", "1a0201ff", "2001", "3001", "3002", "a20600"].join("");
  const bytes = Buffer.from(entry, "hex");
  const directory = await directoryWith({
    nflog: Buffer.concat([Buffer.from([bytes.length + 2, 0x0a, bytes.length]), bytes]),
  });

  const { notificationLog } = await readUpstreamSnapshots(directory, noneInvalid);

  expect(notificationLog.map((e) => [e.key, e.firing])).toEqual([
    ["g:r/i/0", ["0000000000000001", "0000000000000002"]],
  ]);
});

test("a silence whose matchers do not compile is reported and left out, the others are read", async () => {
  const directory = await directoryWith({});
  const recorded = await readUpstreamSnapshots(RECORDED, noneInvalid);
  await writeUpstreamSnapshots(directory, { ...recorded, retention: RETENTION });
  const file = join(directory, "silences");
  const broken = (await readFile(file, "latin1")).replaceAll("x|y", "x(y");
  await Bun.write(file, Buffer.from(broken, "latin1"));
  const invalid: string[] = [];

  const { silences } = await readUpstreamSnapshots(directory, (id, error) => invalid.push(`${id}: ${error.message}`));

  expect(silences).toHaveLength(2);
  expect(invalid).toEqual([
    "edcd2b29-4f1d-45d0-a311-dd90b72bb95a: error parsing regexp: missing closing ): `^(?:x(y)$`",
  ]);
});

test("the size of a silence is what Alertmanager says it is when it refuses one as too large", () => {
  const silence = silenceOf("00000000-0000-4000-8000-000000000000", {
    startsAt: parseTimestamp("2029-01-01T00:00:00Z"),
    endsAt: parseTimestamp("2030-01-01T00:00:00Z"),
    updatedAt: parseTimestamp("2026-11-23T19:00:00.999Z"),
  });
  const first = { ...silence, matcherSets: [[newMatcher("=~", "z", "b")]], createdBy: "bob", comment: "later" };
  const second = {
    ...silence,
    matcherSets: [[newMatcher("=", "a", "b"), newMatcher("!~", "c", "x|y")]],
    startsAt: parseTimestamp("2029-01-01T00:00:00.123456Z"),
    endsAt: parseTimestamp("2030-01-01T00:00:00+02:00"),
    createdBy: "ann",
    comment: "c é",
    annotations: { k: "v", kk: "" },
  };

  // It said 101 and 131 as well: a byte less when updatedAt is in the first quarter of a second.
  expect([first, second].map((s) => sizeOfSilence(s, RETENTION))).toEqual([102, 132]);
});

test("a directory without the files has nothing", async () => {
  expect(await readUpstreamSnapshots(await directoryWith({}), noneInvalid)).toEqual({
    silences: [],
    notificationLog: [],
  });
});

test.each([
  ["nflog", "error creating notification log: "],
  ["silences", "error creating silence: "],
])("a damaged %s is an error that begins as upstream's and names the file", async (name, beginning) => {
  const directory = await directoryWith({ [name]: "garbage" });

  const error = await readUpstreamSnapshots(directory, noneInvalid).catch((e: unknown) => e);

  expect(error).toBeInstanceOf(SnapshotError);
  expect((error as Error).message).toBe(`${beginning}${join(directory, name)}: unexpected EOF`);
});
