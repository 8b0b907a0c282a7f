/** Where tokens and sessions are kept: the same on every server that shares our state, within a second. */
export interface DocumentStore {
  /** All of a kind. */
  list(kind: string): readonly { readonly key: string; readonly content: unknown }[];
  /** @throws StorageError when it is not stored and so not in effect */
  put(kind: string, key: string, content: object): Promise<void>;
  /** @throws StorageError when that is not stored and so not in effect */
  remove(kind: string, key: string): Promise<void>;
  /** Has somebody told of every change to a kind, here or elsewhere; null: removed. */
  watch(kind: string, listener: (key: string, content: unknown) => void): () => void;
}
