import { HISTORY_KINDS } from "../core/interfaces/history.ts";
import type { Actor } from "../core/interfaces/observing.ts";
import type { DocumentRow, HistoryRow, NotificationLogEntry, OutboxRow, GroupRow } from "../core/interfaces/storage.ts";
import type { Alert } from "../core/model/alert.ts";
import { boundedVerdict, CATEGORIES, SEVERITIES, type Classification } from "../core/model/classification.ts";
import { type Matcher, newMatcher } from "../core/model/matcher.ts";
import type { NotificationReason, ReceiverData } from "../core/model/notification.ts";
import { RegexError } from "../core/model/regex.ts";
import type { Silence } from "../core/model/silence.ts";
import { logKey } from "../core/nflog/log.ts";
import { Checked, listOf } from "./checks.ts";
import { BackupError, type Entry, KINDS, type Kind } from "./format.ts";

/** Each by its name, so that none that comes to be can be missing here. */
function namesOf<T extends string>(all: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(all) as T[];
}

const REASONS = namesOf<NotificationReason>({
  "first notification": true,
  "new alerts added": true,
  "all alerts resolved": true,
  "some alerts resolved": true,
  "repeat interval elapsed": true,
  none: true,
  unknown: true,
});
const MATCHER_TYPES = namesOf<Matcher["type"]>({ "=": true, "!=": true, "=~": true, "!~": true });

/** Reads the entries of one backup. */
export class EntryDecoder {
  readonly #names = new Map<string, readonly string[]>();

  /**
   * @param line its number in the file
   * @returns undefined for a line that is no entry
   * @throws BackupError saying what is not as it must be
   */
  decode(object: object, line: number): Entry | undefined {
    const members = Object.keys(object);
    const kind = KINDS.find((one) => one === members[0]);
    if (kind === undefined || members.length !== 1) return undefined;
    try {
      const of = new Checked(kind, (object as Record<string, unknown>)[kind]);
      return this.#entry(kind, of);
    } catch (error) {
      if (error instanceof RegexError) return { kind: "unreadable", of: kind, line, why: error.message };
      throw error;
    }
  }

  #entry(kind: Kind, of: Checked): Entry {
    switch (kind) {
      case "silence":
        return { kind, value: silence(of) };
      case "logEntry":
        return { kind, value: logEntry(of) };
      case "group":
        return { kind, value: group(of) };
      case "decision":
        return { kind, value: decision(of) };
      case "alert":
        return { kind, value: this.#alert(of) };
      case "classification":
        return { kind, value: classification(of) };
      case "document":
        return { kind, value: document(of) };
      case "history":
        return { kind, value: this.#history(of) };
    }
  }

  #alert(of: Checked): Alert {
    const labels = of.labels("labels", this.#names);
    if (labels.size === 0) throw new BackupError("alert.labels: expected at least one");
    return {
      labels,
      annotations: of.labels("annotations", this.#names),
      startsAt: of.time("startsAt"),
      endsAt: of.time("endsAt"),
      updatedAt: of.time("updatedAt"),
      generatorURL: of.text("generatorURL"),
      timeout: of.bool("timeout"),
    };
  }

  #history(of: Checked): HistoryRow {
    return {
      at: of.ms("at"),
      kind: of.one("kind", HISTORY_KINDS),
      subject: of.text("subject"),
      detail: of.object("detail"),
      ...(of.has("change") && { change: of.text("change") }),
      ...(of.has("labels") && { labels: of.labels("labels", this.#names) }),
      ...(of.has("about") && { about: of.hashes("about") }),
      ...(of.has("receiver") && { receiver: of.text("receiver") }),
      ...(of.has("integration") && { integration: of.text("integration") }),
      ...(of.has("actor") && { actor: actor(of.object("actor")) }),
      ...(of.has("replica") && { replica: of.text("replica") }),
      ...(of.has("mark") && { mark: of.ms("mark") }),
    };
  }
}

function actor(value: unknown): Actor {
  const of = new Checked("history.actor", value);
  return { name: of.text("name"), via: of.text("via") };
}

/** @throws RegexError for a matcher that does not compile */
function silence(of: Checked): Silence {
  const matcherSets = of.list("matcherSets", (set, name) =>
    listOf(set, name, (value, own) => {
      const matcher = new Checked(own, value);
      return newMatcher(matcher.one("type", MATCHER_TYPES), matcher.text("name"), matcher.text("value"));
    }),
  );
  return {
    id: of.text("id"),
    matcherSets,
    startsAt: of.time("startsAt"),
    endsAt: of.time("endsAt"),
    updatedAt: of.time("updatedAt"),
    createdBy: of.text("createdBy"),
    comment: of.text("comment"),
    annotations: of.texts("annotations"),
  };
}

/** What the key of a log entry and of a decision is made of. */
function place(of: Checked): Pick<NotificationLogEntry, "key" | "groupKey" | "receiver" | "integration" | "index"> {
  const groupKey = of.text("groupKey");
  const receiver = of.text("receiver");
  const integration = of.text("integration");
  const index = of.count("index");
  return { key: logKey(groupKey, receiver, integration, index), groupKey, receiver, integration, index };
}

function logEntry(of: Checked): NotificationLogEntry {
  return {
    ...place(of),
    firing: of.hashes("firing"),
    resolved: of.hashes("resolved"),
    timestamp: of.ms("timestamp"),
    expiresAt: of.ms("expiresAt"),
    receiverData: receiverData(of),
  };
}

function receiverData(of: Checked): ReceiverData {
  const data = of.object("receiverData");
  for (const [name, value] of Object.entries(data)) {
    if (typeof value !== "string" && typeof value !== "number") {
      throw new BackupError(`logEntry.receiverData[${JSON.stringify(name)}]: expected a text or a number`);
    }
  }
  return data as ReceiverData;
}

function group(of: Checked): GroupRow {
  return {
    routeId: of.text("routeId"),
    groupFingerprint: of.hash("groupFingerprint"),
    nextFlushAt: of.ms("nextFlushAt"),
    flushes: of.count("flushes"),
    configHash: of.text("configHash"),
  };
}

function decision(of: Checked): OutboxRow {
  return {
    ...place(of),
    routeId: of.text("routeId"),
    groupFingerprint: of.hash("groupFingerprint"),
    reason: of.one("reason", REASONS),
    idempotencyKey: of.text("idempotencyKey"),
    decidedAt: of.ms("decidedAt"),
    alerts: of.list("alerts", (value, name) => {
      const about = new Checked(name, value);
      return [about.hash("fingerprint"), about.bool("firing")] as const;
    }),
  };
}

function classification(of: Checked): Classification {
  const verdict = boundedVerdict({
    severity: of.one("severity", SEVERITIES),
    category: of.one("category", CATEGORIES),
    confidence: of.amount("confidence"),
    reason: of.text("reason"),
    recommendations: of.list("recommendations", (value, name) => {
      if (typeof value !== "string") throw new BackupError(`${name}: expected a text`);
      return value;
    }),
    ...(of.has("model") && { model: of.text("model") }),
    ...(of.has("tokens") && { tokens: of.count("tokens") }),
    ...(of.has("costUsd") && { costUsd: of.amount("costUsd") }),
  });
  return {
    ...verdict,
    fingerprint: of.hash("fingerprint"),
    classifier: of.text("classifier"),
    classifiedAt: of.ms("classifiedAt"),
    ...(of.has("takenBackAt") && { takenBackAt: of.ms("takenBackAt") }),
  };
}

function document(of: Checked): DocumentRow {
  const content = of.has("content") ? of.value("content") : null;
  return { kind: of.text("kind"), key: of.text("key"), updatedAt: of.ms("updatedAt"), content };
}
