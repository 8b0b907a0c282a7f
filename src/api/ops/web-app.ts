import { join } from "node:path";
import { NOT_FOUND, type Plain } from "../plain.ts";

/** What scripts/build made: within the executable, or where it was put in the checkout. */
const DIRECTORY = import.meta.dir.startsWith("/$bunfs/")
  ? join(import.meta.dir, "ui")
  : join(import.meta.dir, "../../../dist/ui");

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The best of the encodings each file is kept in, and the ending it has there. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

const NOT_BUILT = "The web app has not been built: run scripts/build.\n";

/**
 * The page at `/`. Its styles are made while it runs, which a nonce allows them to be; everything else comes from this server
 * and from files.
 */
export async function webPage(): Promise<Plain> {
  const file = Bun.file(join(DIRECTORY, "index.html"));
  const page = (await file.exists()) ? await file.text() : NOT_BUILT;
  const nonce = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  return {
    status: 200,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache, no-store, must-revalidate",
      Pragma: "no-cache",
      Expires: "0",
      "Content-Security-Policy": [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
    },
    body: page.replace("NONCE", nonce),
  };
}

/** @param path `/assets/NAME`; names carry a hash of the content and so are good for ever */
export async function webAsset(path: string, request: Request): Promise<Plain> {
  const name = path.slice("/assets/".length);
  const type = TYPES[/^[\w-]+(?:\.[\w-]+)*\.(\w+)$/.exec(name)?.[1] ?? ""];
  if (type === undefined) return NOT_FOUND;
  const accepted = acceptedEncodings(request.headers.get("accept-encoding") ?? "");
  const [encoding, ending] = ENCODINGS.find(([one]) => accepted.has(one)) ?? ["", ""];
  const file = Bun.file(join(DIRECTORY, "assets", name + ending));
  if (!(await file.exists())) return NOT_FOUND;
  return {
    status: 200,
    headers: {
      "Content-Type": type,
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
      ...(encoding === "" ? {} : { "Content-Encoding": encoding }),
    },
    body: await file.bytes(),
  };
}

/** Encodings a client takes: those it names without refusing them by `q=0`. */
function acceptedEncodings(header: string): ReadonlySet<string> {
  const named = header.toLowerCase().split(",");
  const refused = /;\s*q=0(?:\.0*)?\s*$/;
  return new Set(named.filter((one) => !refused.test(one)).map((one) => one.split(";")[0]?.trim() ?? ""));
}
