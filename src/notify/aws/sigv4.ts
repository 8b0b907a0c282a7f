import { createHash, createHmac } from "node:crypto";
import type { Header } from "../http/transport.ts";
import { canonicalHeader } from "../http.ts";
import { escapePath, parseUrl } from "../http/url.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** "" for keys of a user. */
  readonly sessionToken: string;
  /** The letter by which the SDK's User-Agent tells where they came from. */
  readonly feature: string;
}

export interface SignedRequest {
  readonly url: string;
  /** Names in lower case; all of them are signed. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * Signs a POST with AWS Signature Version 4.
 *
 * @param now ms
 * @returns the headers to send, the signature among them
 */
export function signV4(
  request: SignedRequest,
  credentials: AwsCredentials,
  region: string,
  service: string,
  now: number,
): Header[] {
  const url = parseUrl(request.url);
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = new Map(request.headers);
  headers.set("host", url.host);
  headers.set("content-length", String(Buffer.byteLength(request.body)));
  headers.set("x-amz-date", time);
  if (credentials.sessionToken !== "") headers.set("x-amz-security-token", credentials.sessionToken);
  const sorted = [...headers].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name).join(";");
  const canonical = [
    "POST",
    // Escaped once more than it is sent, as all services but S3 want it.
    url.path === "" ? "/" : escapeSegments(url.path),
    "",
    ...sorted.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
    "",
    names,
    sha256(request.body),
  ].join("\n");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [time.slice(0, 8), region, service, "aws4_request"].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const signature = hmac(key, toSign).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  headers.delete("host");
  headers.delete("content-length");
  headers.set("authorization", authorization);
  return [...headers].map(([name, value]) => [canonicalHeader(name), value]);
}

function escapeSegments(path: string): string {
  return path.split("/").map(escapeSegment).join("/");
}

function escapeSegment(segment: string): string {
  return escapePath(segment).replace(/[$&+,:;=@]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
