import { expect, test } from "bun:test";
import type { SharedStorage } from "../core/interfaces/shared-storage.ts";
import type { HistoryResult } from "../core/interfaces/history.ts";
import { StorageError } from "../core/interfaces/storage.ts";
import { EVERYTHING } from "./history/everything.ts";
import { createMemoryStorage } from "./memory.ts";
import { SharedFirst } from "./shared-first.ts";

const WHILE_AWAY = { at: 1, kind: "reload", change: "succeeded", subject: "here", detail: {} } as const;

async function opened(searchHistory: () => Promise<HistoryResult>): Promise<SharedFirst> {
  const local = createMemoryStorage();
  await local.commit({ history: [WHILE_AWAY] });
  const nothing = () => undefined;
  const first = new SharedFirst({ searchHistory } as unknown as SharedStorage, local, () => 0, nothing, nothing);
  first.share();
  return first;
}

const subjects = ({ events }: HistoryResult) => events.map(({ subject }) => subject);

test("who waits for the history of a database that turns out to be away is told what is known here", async () => {
  const first = await opened(() => new Promise(() => undefined));
  const found = first.searchHistory(EVERYTHING);

  first.goAlone("no answer in time");

  expect(subjects(await found)).toEqual(["here"]);
});

test("what is read bit by bit is not continued elsewhere", async () => {
  const first = await opened(() => new Promise(() => undefined));
  const found = first.history.searchHistory(EVERYTHING);

  first.goAlone("no answer in time");

  await expect(found).rejects.toThrow(new StorageError("failed", "no answer in time"));
  expect(subjects(await first.history.searchHistory(EVERYTHING))).toEqual(["here"]);
});

test("a question the database refuses while it is in use is refused", async () => {
  const first = await opened(() => Promise.reject(new StorageError("timeout", "too long")));

  await expect(first.searchHistory(EVERYTHING)).rejects.toThrow("too long");
});
