/**
 * The thread that reads the history: a search may take as long as it likes there. It ends when it is told to.
 */
import type { Database } from "bun:sqlite";
import { newMatcher } from "../../core/model/matcher.ts";
import { SQLITE } from "../history/dialect.ts";
import { search } from "../history/search.ts";
import { stats } from "../history/stats.ts";
import { explainFailure } from "./errors.ts";
import { openHistoryToRead } from "./history-database.ts";
import type { HistoryAnswer, HistoryQuestion, Unmatched } from "./history-reader.ts";

declare const self: Worker;

let db: Database | undefined;

/** The thread waits for the rows; that is what it is for. */
async function ask(sql: string): Promise<readonly (readonly unknown[])[]> {
  using statement = (db as Database).prepare(sql);
  return statement.values() as unknown[][];
}

async function answerTo(question: HistoryQuestion): Promise<HistoryAnswer["value"]> {
  if (question.kind === "search") return search(ask, SQLITE, withMatchers(question.query));
  const { flapping, ...rest } = await stats(ask, SQLITE, withMatchers(question.query));
  return { ...rest, flapping: flapping.map(({ labels, flaps, lastAt }) => ({ labels: labels.key, flaps, lastAt })) };
}

function withMatchers<T extends object>(query: Unmatched<T>): T {
  const matchers = query.matchers.map(([type, name, value]) => newMatcher(type, name, value));
  return { ...query, matchers } as unknown as T;
}

function reply(answer: HistoryAnswer | { readonly error: string }): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's, not a window's
  self.postMessage(JSON.stringify(answer));
}

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  const question = JSON.parse(data) as HistoryQuestion;
  const { path } = question;
  try {
    db ??= openHistoryToRead(path);
  } catch (error) {
    return reply({ error: explainFailure(path, error).message });
  }
  if (db === undefined) return reply({ value: undefined });
  answerTo(question).then(
    (value) => reply({ value }),
    (error: unknown) => reply({ error: explainFailure(path, error).message }),
  );
});
