/**
 * What may be worked out again. A value may be gone at any time, before its end too; nothing may depend on finding it. No
 * method rejects, and none waits longer than a fraction of a second.
 */
export interface CacheStorage {
  /** Undefined where there is none (any more). */
  get(key: string): Promise<string | undefined>;
  /** @param ttl ms it is kept at most */
  set(key: string, value: string, ttl: number): Promise<void>;
  delete(key: string): Promise<void>;
}
