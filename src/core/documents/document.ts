import type { DocumentId, DocumentRow } from "../interfaces/storage.ts";
import { compareBytes } from "../model/labels.ts";

/** ms a removed document is remembered, so that nobody who was away for less brings it back. */
export const REMEMBERED = 7 * 86_400_000;

/** Whether one version of a document counts over another: the later one; of two of the same time the same everywhere. */
export function isNewerDocument(one: DocumentRow, other: DocumentRow): boolean {
  if (one.updatedAt !== other.updatedAt) return one.updatedAt > other.updatedAt;
  return compareBytes(JSON.stringify(one.content), JSON.stringify(other.content)) > 0;
}

/** Whether a document was removed so long ago that nobody has to be told of it. */
export function isForgotten({ content, updatedAt }: DocumentRow, now: number): boolean {
  return content === null && updatedAt + REMEMBERED <= now;
}

/** What stands for a document where one text has to; no two have the same. */
export function documentKey({ kind, key }: DocumentId): string {
  return JSON.stringify([kind, key]);
}

/** The document a `documentKey` stands for. */
export function documentOf(documentKey: string): DocumentId {
  const [kind, key] = JSON.parse(documentKey) as [string, string];
  return { kind, key };
}
