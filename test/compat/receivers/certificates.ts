/** Certificates made with openssl for the length of a test. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Authority {
  readonly directory: string;
  readonly caFile: string;
  /** @param names for the subject alternative name, such as `DNS:localhost` or `IP:127.0.0.1`; none leaves only the CN */
  issue(commonName: string, names: readonly string[], days?: number): Certificate;
  remove(): void;
}

export function createAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), "certificates-"));
  const path = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => {
    const run = Bun.spawnSync(["openssl", ...args], { cwd: directory, stdout: "pipe", stderr: "pipe" });
    if (run.exitCode !== 0) throw new Error(`openssl ${args.join(" ")}: ${run.stderr.toString()}`);
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA");
  let count = 0;
  return {
    directory,
    caFile: path("ca.pem"),
    issue(commonName, names, days = 2) {
      const id = `c${count++}`;
      const keyFile = path(`${id}.key`);
      const certFile = path(`${id}.pem`);
      openssl("req", ...key, "-keyout", keyFile, "-out", `${id}.csr`, "-subj", `/CN=${commonName}`);
      writeFileSync(
        path(`${id}.ext`),
        names.length === 0 ? "basicConstraints=CA:FALSE" : `subjectAltName=${names.join(",")}`,
      );
      const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${id}.ext`];
      openssl("x509", "-req", "-in", `${id}.csr`, ...signed, "-out", certFile, "-days", String(days));
      return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8"), certFile, keyFile };
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
