import { type Socket, connect } from "node:net";

export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * Sends bytes and reads the answer to the end of the connection. An HTTP client would tidy the path and the headers up.
 *
 * @param afterRead may pause the socket, to be a slow client
 * @returns undefined when the server closes without an answer
 */
export async function exchangeRaw(
  host: string,
  port: number,
  request: Uint8Array,
  afterRead: (socket: Socket) => void = () => undefined,
): Promise<RawResponse | undefined> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const socket = connect(port, host, () => socket.write(request));
    socket.on("data", (chunk) => {
      chunks.push(Buffer.from(chunk));
      afterRead(socket);
    });
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  return parse(Buffer.concat(chunks));
}

/** Builds a request of exactly these parts. */
export function rawRequest(
  method: string,
  path: string,
  headers: readonly string[],
  body: Uint8Array | undefined,
): Uint8Array {
  const lines = [`${method} ${path} HTTP/1.1`, "Host: alertmanager.test", "Connection: close", ...headers];
  const framed = headers.some((h) => /^(?:content-length|transfer-encoding):/i.test(h));
  if (body !== undefined && !framed) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body ?? new Uint8Array()]);
}

function parse(bytes: Buffer): RawResponse | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const rest = bytes.subarray(end + 4);
  const chunked = headers.some(([name, value]) => name === "transfer-encoding" && value === "chunked");
  return {
    status: Number(statusLine.split(" ")[1]),
    headers,
    body: (chunked ? unchunk(rest) : rest).toString("utf8"),
  };
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    if (line < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
