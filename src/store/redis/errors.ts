/** Why nothing came back from Redis; for whoever goes on without it. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}
