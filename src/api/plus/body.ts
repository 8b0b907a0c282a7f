/** Reads a request's body. Undefined when it is larger than `max` bytes, however long it says it is. */
export async function bodyOf(request: Request, max: number): Promise<Buffer | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > max) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
