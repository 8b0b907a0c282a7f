import { gunzipSync } from "node:zlib";
import type { HttpResponse } from "../http.ts";

/** More than any answer of this kind has, bytes. */
const MAX_ANSWER = 1 << 20;

/** The text of an answer to a request that accepts gzip. @throws Error where it breaks off or is no gzip */
export async function readCompressed(response: HttpResponse): Promise<string> {
  const received = Buffer.from(await response.bytes(MAX_ANSWER));
  if (response.header("Content-Encoding").toLowerCase() !== "gzip") return received.toString();
  return gunzipSync(received, { maxOutputLength: MAX_ANSWER }).toString();
}
