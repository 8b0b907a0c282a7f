import { createHttpClient, type HttpRequest, type HttpResponse } from "../../notify/http.ts";
import { joinPath, parseUrl } from "../../notify/http/url.ts";
import type { Restored } from "../../backup/restore.ts";
import { DIRECT } from "../http-config.ts";
import type { ServerPlace } from "./place.ts";

/** The largest backup taken from a server, bytes: some ten million alerts. */
const LARGEST = 1024 * 1024 * 1024;

/** The file of a backup of everything the server has. @throws Error with what the server says against it */
export async function fetchBackup(place: ServerPlace): Promise<Uint8Array> {
  return ask(place, { method: "GET", path: "/api/plus/v1/backup", headers: [] }, (response) => response.bytes(LARGEST));
}

/** Has the server take a backup in. @throws Error with what the server says against it */
export async function sendBackup(place: ServerPlace, file: Uint8Array): Promise<Restored> {
  const headers = [["Content-Type", "application/gzip"]] as const;
  const request = { method: "POST", path: "/api/plus/v1/restore", headers, body: file };
  return JSON.parse(await ask(place, request, (response) => response.text())) as Restored;
}

async function ask<T>(
  { url, httpConfigFile, timeout }: ServerPlace,
  { path, ...request }: Omit<HttpRequest, "url"> & { readonly path: string },
  read: (response: HttpResponse) => Promise<T>,
): Promise<T> {
  const config =
    httpConfigFile === "" ? DIRECT : (await import("../http-config-file.ts")).readHttpConfig(httpConfigFile);
  const client = createHttpClient(config);
  try {
    const response = await client.send({ ...request, url: withPath(url, path) }, AbortSignal.timeout(timeout));
    if (response.status === 200) return await read(response);
    const said = detailOf((await response.text()).trim());
    throw new Error(`the server at ${shown(url)} answers ${response.statusText}${said === "" ? "" : `: ${said}`}`);
  } finally {
    client.close();
  }
}

/** What a problem says, or all of an answer that is none. */
function detailOf(said: string): string {
  try {
    const { detail } = JSON.parse(said) as { readonly detail?: unknown };
    return typeof detail === "string" ? detail : said;
  } catch {
    return said;
  }
}

/** Without what may be a secret. */
function shown(url: string): string {
  const { scheme, host, path } = parseUrl(url);
  return `${scheme}://${host}${path}`;
}

function withPath(url: string, path: string): string {
  const parsed = parseUrl(url);
  if (!["http", "https"].includes(parsed.scheme)) throw new Error("--url: expected http://… or https://…");
  return joinPath(url, path);
}
