import { readdirSync, readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";

// Where Go looks on Linux: the first file that is there, then every file of the directories.
const FILES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const DIRECTORIES = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

let roots: string[] | undefined;

/**
 * The certificates the machine trusts, found as Go finds them (SSL_CERT_FILE and SSL_CERT_DIR included), read once. On a
 * machine with none, those that come with the runtime.
 */
export function systemRoots(): readonly string[] {
  roots ??= readRoots(process.env.SSL_CERT_FILE, process.env.SSL_CERT_DIR);
  return roots;
}

function readRoots(file: string | undefined, directories: string | undefined): string[] {
  const found = new Set<string>();
  const add = (path: string): boolean => {
    try {
      for (const pem of readFileSync(path, "latin1").match(CERTIFICATES) ?? []) found.add(pem);
      return true;
    } catch {
      return false;
    }
  };
  for (const path of file ? [file] : FILES) if (add(path)) break;
  for (const directory of directories ? directories.split(":") : DIRECTORIES) {
    for (const name of listOf(directory)) add(`${directory}/${name}`);
  }
  return found.size > 0 ? [...found] : [...rootCertificates];
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function listOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
