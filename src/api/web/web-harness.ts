import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../server/logger.ts";
import { openListeners, type Admits, type Listeners, type OnRequest } from "./index.ts";

/** A directory of a test's own, gone after it. */
export function temporaryDirectory(): {
  readonly path: string;
  write(name: string, text: string): string;
} & Disposable {
  const path = mkdtempSync(join(tmpdir(), "web-test-"));
  return {
    path,
    write(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs a program to its end. */
export async function run(command: readonly string[], input = ""): Promise<{ code: number; out: string }> {
  const child = Bun.spawn([...command], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out: out + err };
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

async function openssl(...args: string[]): Promise<void> {
  const { code, out } = await run(["openssl", ...args]);
  if (code !== 0) throw new Error(`openssl ${args.join(" ")}: ${out}`);
}

async function authority(directory: string, name: string): Promise<void> {
  const [key, crt] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
  await openssl("req", "-x509", ...EC, "-keyout", key, "-out", crt, "-days", "30", "-subj", `/CN=${name}`);
}

interface Leaf {
  readonly ca?: string;
  /** Lines of extensions. */
  readonly extensions: string;
  readonly days?: number;
}

/** Writes NAME.crt and NAME.key, signed by the authority. */
export async function issue(
  directory: string,
  name: string,
  { ca = "ca", extensions, days = 30 }: Leaf,
): Promise<void> {
  const at = (file: string) => join(directory, file);
  writeFileSync(at(`${name}.ext`), extensions);
  await openssl("req", ...EC, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${name}`);
  const signer = ["-CA", at(`${ca}.crt`), "-CAkey", at(`${ca}.key`), "-CAcreateserial"];
  const files = ["-in", at(`${name}.csr`), "-out", at(`${name}.crt`), "-extfile", at(`${name}.ext`)];
  await openssl("x509", "-req", ...files, ...signer, "-days", String(days));
}

export const SERVER = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n";

/** Two authorities, a server's certificate, and clients' of every kind that is treated differently. */
export async function makeCertificates(directory: string): Promise<void> {
  await Promise.all([authority(directory, "ca"), authority(directory, "otherca")]);
  const names = "DNS:client.example,email:ops@example.com,URI:spiffe://x/y,IP:10.1.2.3,IP:2001:db8::1";
  await issue(directory, "server", { extensions: SERVER });
  await issue(directory, "client", { extensions: `subjectAltName=${names}\nextendedKeyUsage=clientAuth\n` });
  await issue(directory, "nosan", { extensions: "keyUsage=digitalSignature\n" });
  await issue(directory, "srvonly", { extensions: "subjectAltName=DNS:client.example\nextendedKeyUsage=serverAuth\n" });
  await issue(directory, "expired", { extensions: "subjectAltName=DNS:client.example\n", days: -1 });
  await issue(directory, "stranger", { ca: "otherca", extensions: "subjectAltName=DNS:client.example\n" });
}

export interface Web extends AsyncDisposable {
  readonly listeners: Listeners;
  /** Of the first listener. */
  readonly port: number;
  /** Lines of log, from the level on. */
  readonly lines: readonly string[];
}

/** Listens on 127.0.0.1 and serves. */
export async function startWeb(
  onRequest: OnRequest,
  {
    webConfigFile = "",
    addresses = ["127.0.0.1:0"],
    admits,
  }: { webConfigFile?: string; addresses?: readonly string[]; admits?: Admits } = {},
): Promise<Web> {
  const lines: string[] = [];
  const write = (line: string) =>
    void lines.push(
      line
        .slice(line.indexOf("level="))
        .replace(/source=\S+ /, "")
        .trim(),
    );
  const log = createLogger({ level: "info", format: "logfmt", write });
  const listeners = await openListeners({ addresses, systemdSocket: false, webConfigFile, log });
  listeners.serve(onRequest, admits);
  return {
    listeners,
    port: listeners.addresses[0]?.port ?? 0,
    lines,
    [Symbol.asyncDispose]: () => listeners.stop(0),
  };
}
