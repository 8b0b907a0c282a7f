import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.ts";

export interface Certificate {
  /** PEM; it signs itself, so it is also whom to trust. */
  readonly crt: string;
  readonly key: string;
  readonly crtFile: string;
  remove(): void;
}

/** A certificate for 127.0.0.1 and localhost. */
export async function makeCertificate(): Promise<Certificate> {
  const directory = mkdtempSync(join(tmpdir(), "alertmanager-test-certificate-"));
  const [crt, key] = [join(directory, "server.crt"), join(directory, "server.key")];
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-keyout", key];
  const names = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const made = await run(["openssl", "req", "-x509", ...fresh, "-out", crt, ...names]);
  if (made.code !== 0) throw new Error(`openssl: ${made.stderr}`);
  return {
    crt: readFileSync(crt, "utf8"),
    key: readFileSync(key, "utf8"),
    crtFile: crt,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
