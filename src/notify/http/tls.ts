import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureVersion } from "node:tls";
import type { TlsConfig, TlsVersion } from "../../config/types.ts";
import { wrapError } from "./errors.ts";
import { secretSource, type SecretSource } from "./secret-source.ts";
import { systemRoots } from "./system-roots.ts";

/** What a handshake needs of one `tls_config`. */
export interface TlsClient {
  /** Reads the files again; what is returned is the same object until one of them has changed. */
  current(): TlsSettings;
}

export interface TlsSettings {
  readonly context: SecureContext;
  /** "": the host that is called. */
  readonly serverName: string;
  readonly verify: boolean;
}

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

interface Materials {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Prepares TLS as upstream builds it when a receiver is made (spec §4.6): everything is read and checked once now.
 *
 * @throws Error with upstream's verdict on the files, the key pair or the versions
 */
export function createTlsClient(config: TlsConfig): TlsClient {
  const { min_version: min, max_version: max } = config;
  if (min !== undefined && max !== undefined && max < min) {
    throw new Error(
      "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
    );
  }
  const ca = sourceOf("CA cert", config.ca, config.ca_file, config.ca_ref);
  const cert = sourceOf("client cert", config.cert, config.cert_file, config.cert_ref);
  const key = sourceOf("client key", config.key, config.key_file, config.key_ref);
  const read = (): Materials => ({
    ca: fetch(ca, "unable to read CA cert"),
    cert: fetch(cert, "unable to read specified client cert"),
    key: fetch(key, "unable to read specified client key"),
  });
  const build = (materials: Materials): TlsSettings => {
    if (ca !== undefined && !hasCertificate(materials.ca ?? "")) {
      throw new Error(`unable to use specified CA cert ${ca.description}`);
    }
    if (cert !== undefined && key !== undefined) checkKeyPair(materials, cert, key);
    const context = createSecureContext({
      ca: materials.ca ?? [...systemRoots()],
      cert: materials.cert,
      key: materials.key,
      // Go's own least version.
      minVersion: min === undefined ? "TLSv1.2" : VERSIONS[min],
      maxVersion: max === undefined ? "TLSv1.3" : VERSIONS[max],
    });
    return { context, serverName: config.server_name, verify: !config.insecure_skip_verify };
  };

  let materials = read();
  // Without any file the context is made at the first handshake: most receivers never need it.
  let settings = ca === undefined && cert === undefined ? undefined : build(materials);
  const immutable = [ca, cert, key].every((source) => source === undefined || source.immutable);
  return {
    current() {
      if (!immutable) {
        const now = read();
        if (now.ca !== materials.ca || now.cert !== materials.cert || now.key !== materials.key) {
          settings = build(now);
          materials = now;
        }
      }
      settings ??= build(materials);
      return settings;
    },
  };
}

function sourceOf(what: string, text: TlsConfig["key"] | string, file: string, ref: string): SecretSource | undefined {
  try {
    return secretSource(text, file, ref);
  } catch (error) {
    throw wrapError(`unable to use ${what}`, error);
  }
}

function fetch(source: SecretSource | undefined, prefix: string): string | undefined {
  try {
    return source?.fetch();
  } catch (error) {
    throw wrapError(prefix, error);
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/;

function firstCertificate(pem: string): X509Certificate | undefined {
  const block = CERTIFICATE.exec(pem)?.[0];
  try {
    return block === undefined ? undefined : new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function hasCertificate(pem: string): boolean {
  return firstCertificate(pem) !== undefined;
}

/** Go's tls.X509KeyPair: both must hold PEM of the right kind and belong together. */
function checkKeyPair(materials: Materials, cert: SecretSource, key: SecretSource): void {
  const fail = (text: string) =>
    new Error(`unable to use specified client cert (${cert.description}) & key (${key.description}): tls: ${text}`);
  const certText = materials.cert ?? "";
  const keyText = materials.key ?? "";
  if (!certText.includes("-----BEGIN ")) throw fail("failed to find any PEM data in certificate input");
  const certificate = firstCertificate(certText);
  if (certificate === undefined) {
    const kind = /-----BEGIN ([^-]+)-----/.exec(certText)?.[1] ?? "";
    throw kind === "CERTIFICATE"
      ? fail("failed to parse certificate")
      : fail(
          kind.endsWith("PRIVATE KEY")
            ? "failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"
            : `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${kind}]`,
        );
  }
  if (!keyText.includes("-----BEGIN ")) throw fail("failed to find any PEM data in key input");
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(keyText)) {
    const kind = /-----BEGIN ([^-]+)-----/.exec(keyText)?.[1] ?? "";
    throw fail(
      kind === "CERTIFICATE"
        ? "found a certificate rather than a key in the PEM for the private key"
        : `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${kind}]`,
    );
  }
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(keyText));
  } catch {
    throw fail("failed to parse private key");
  }
  if (!matches) throw fail("private key does not match public key");
}
