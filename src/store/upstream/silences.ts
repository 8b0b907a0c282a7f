import { newMatcher } from "../../core/model/matcher.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import type { Silence } from "../../core/model/silence.ts";
import { Timestamp } from "../../core/model/timestamp.ts";
import { readTime, writeTime } from "./time.ts";
import { WireReader, WireWriter } from "./wire.ts";

/** Upstream's numbers of matcher types. */
const MATCHER_TYPES: readonly Matcher["type"][] = ["=", "=~", "!=", "!~"];
const EPOCH = new Timestamp(0);

/** Told of a silence that is left out because one of its matchers does not compile. */
export type OnInvalidSilence = (id: string, error: Error) => void;

/**
 * Reads a snapshot of silences (spec §7.5), in today's format or an older one.
 *
 * @throws WireError when it cannot be decoded
 */
export function decodeSilences(file: Uint8Array, onInvalid: OnInvalidSilence): Silence[] {
  const silences: Silence[] = [];
  const reader = new WireReader(file);
  while (!reader.done) {
    const mesh = new WireReader(reader.lengthDelimited());
    const draft = emptyDraft();
    while (!mesh.done) {
      if (mesh.field() === 1) readSilence(mesh.message(), draft);
      else mesh.skip();
    }
    try {
      silences.push(silenceOf(draft));
    } catch (error) {
      onInvalid(draft.id, error as Error);
    }
  }
  return silences;
}

interface RawMatcher {
  /** Upstream's number. */
  readonly type: number;
  readonly name: string;
  readonly value: string;
}

function emptyDraft() {
  return {
    id: "",
    startsAt: EPOCH,
    endsAt: EPOCH,
    updatedAt: EPOCH,
    createdBy: "",
    comment: "",
    annotations: [] as (readonly [string, string])[],
    matcherSets: [] as RawMatcher[][],
    /** Of a file from before there were sets. */
    matchers: [] as RawMatcher[],
    /** Of a file from before a silence had one author and comment. */
    comments: [] as { author: string; comment: string }[],
  };
}

type Draft = ReturnType<typeof emptyDraft>;

function silenceOf(draft: Draft): Silence {
  const { matchers, comments, ...rest } = draft;
  const sets = draft.matcherSets.length > 0 || matchers.length === 0 ? draft.matcherSets : [matchers];
  const first = comments[0];
  return {
    ...rest,
    createdBy: first?.author ?? draft.createdBy,
    comment: first?.comment ?? draft.comment,
    annotations: Object.fromEntries(draft.annotations),
    matcherSets: sets.map((set) => set.map(matcherOf)),
  };
}

function matcherOf({ type: number, name, value }: RawMatcher): Matcher {
  const type = MATCHER_TYPES[number];
  if (type === undefined) throw new Error(`unknown matcher type ${number}`);
  return newMatcher(type, name, value);
}

function readSilence(message: WireReader, draft: Draft): void {
  while (!message.done) {
    const field = message.field();
    if (field === 1) draft.id = message.text();
    else if (field === 2) draft.matchers.push(readMatcher(message.message()));
    else if (field === 3) draft.startsAt = readTime(message.message());
    else if (field === 4) draft.endsAt = readTime(message.message());
    else if (field === 5) draft.updatedAt = readTime(message.message());
    else if (field === 7) draft.comments.push(readComment(message.message()));
    else if (field === 8) draft.createdBy = message.text();
    else if (field === 9) draft.comment = message.text();
    else if (field === 10) draft.annotations.push(readAnnotation(message.message()));
    else if (field === 11) draft.matcherSets.push(readMatcherSet(message.message()));
    else message.skip();
  }
}

function readMatcherSet(message: WireReader): RawMatcher[] {
  const set: RawMatcher[] = [];
  while (!message.done) {
    if (message.field() === 1) set.push(readMatcher(message.message()));
    else message.skip();
  }
  return set;
}

function readMatcher(message: WireReader): RawMatcher {
  let type = 0;
  let [name, value] = ["", ""];
  while (!message.done) {
    const field = message.field();
    if (field === 1) type = message.int();
    else if (field === 2) name = message.text();
    else if (field === 3) value = message.text();
    else message.skip();
  }
  return { type, name, value };
}

function readComment(message: WireReader): { author: string; comment: string } {
  let [author, comment] = ["", ""];
  while (!message.done) {
    const field = message.field();
    if (field === 1) author = message.text();
    else if (field === 2) comment = message.text();
    else message.skip();
  }
  return { author, comment };
}

function readAnnotation(message: WireReader): readonly [string, string] {
  let [key, value] = ["", ""];
  while (!message.done) {
    const field = message.field();
    if (field === 1) key = message.text();
    else if (field === 2) value = message.text();
    else message.skip();
  }
  return [key, value];
}

/** @param retention how long an expired silence stays, ms */
export function encodeSilences(silences: readonly Silence[], retention: number): Uint8Array {
  const file = new WireWriter();
  for (const silence of silences) {
    file.delimited(writeMeshSilence(silence, retention, silence.matcherSets[0] ?? []).finish());
  }
  return file.finish();
}

/**
 * What `--silences.max-silence-size-bytes` limits: the bytes of a silence in upstream's format, without the copy of its
 * matchers for old releases, which is only made for the file.
 *
 * @param retention how long an expired silence stays, ms
 */
export function sizeOfSilence(silence: Silence, retention: number): number {
  return writeMeshSilence(silence, retention, []).finish().length;
}

function writeMeshSilence(silence: Silence, retention: number, oldMatchers: readonly Matcher[]): WireWriter {
  const expires = { ms: silence.endsAt.ms + retention, nanos: silence.endsAt.nanos };
  return new WireWriter().message(1, writeSilence(silence, oldMatchers)).message(2, writeTime(expires));
}

function writeSilence(silence: Silence, oldMatchers: readonly Matcher[]): WireWriter {
  const message = new WireWriter().text(1, silence.id);
  for (const matcher of oldMatchers) message.message(2, writeMatcher(matcher));
  message
    .message(3, writeTime(silence.startsAt))
    .message(4, writeTime(silence.endsAt))
    .message(5, writeTime(silence.updatedAt))
    .text(8, silence.createdBy)
    .text(9, silence.comment);
  for (const [key, value] of Object.entries(silence.annotations)) {
    message.message(10, new WireWriter().presentText(1, key).presentText(2, value));
  }
  for (const matchers of silence.matcherSets) {
    const set = new WireWriter();
    for (const matcher of matchers) set.message(1, writeMatcher(matcher));
    message.message(11, set);
  }
  return message;
}

function writeMatcher({ type, name, value }: Matcher): WireWriter {
  return new WireWriter().int(1, MATCHER_TYPES.indexOf(type)).text(2, name).text(3, value);
}
