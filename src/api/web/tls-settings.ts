import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { TlsVersion } from "../../config/types.ts";
import { openError } from "../../core/text/errno.ts";
import { isTLSEnabled, type TLSServerConfig, type WebConfig } from "./config.ts";
import { stampOf } from "./config-file.ts";
import { certificatesOf, readKeyPair } from "./key-pair.ts";

const VERSIONS: Readonly<Record<TlsVersion, NonNullable<SecureContextOptions["minVersion"]>>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

const CURVES: Readonly<Record<string, string>> = {
  CurveP256: "P-256",
  CurveP384: "P-384",
  CurveP521: "P-521",
  X25519: "X25519",
};

// Go's defaults, in Go's order of preference.
const DEFAULT_CURVES = "X25519MLKEM768:X25519:P-256:P-384:P-521";
const SUITES: readonly (readonly [go: string, openssl: string])[] = [
  ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"],
  ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
  ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"],
  ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"],
  ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"],
];

/** What a client has to show; types that mean the same are one. */
export interface ClientAuth {
  readonly asked: boolean;
  readonly required: boolean;
  /** Whether what is shown must come from a CA that is trusted, be in time and meant for clients. */
  readonly verified: boolean;
}

const CLIENT_AUTH: Readonly<Record<string, ClientAuth>> = {
  "": { asked: false, required: false, verified: false },
  NoClientCert: { asked: false, required: false, verified: false },
  RequestClientCert: { asked: true, required: false, verified: false },
  RequireClientCert: { asked: true, required: true, verified: false },
  RequireAnyClientCert: { asked: true, required: true, verified: false },
  VerifyClientCertIfGiven: { asked: true, required: false, verified: true },
  RequireAndVerifyClientCert: { asked: true, required: true, verified: true },
};

/** What a handshake is made with. */
export interface TLSSettings {
  readonly context: SecureContext;
  readonly clientAuth: ClientAuth;
  /** Undefined: any; empty: none. */
  readonly allowedSans: readonly string[] | undefined;
  /** CAs were asked for, but none of them can be read: nobody is verified by them. */
  readonly withoutCAs: boolean;
}

/** Where the settings are read from: the same object for as long as they are the same. */
interface Source {
  current(): Pick<WebConfig, "tls_server_config">;
}

/** The TLS settings as the files have them at the moment: upstream reads all of them at every handshake. */
export class TLSFiles {
  readonly #file: Source;
  #last:
    | {
        readonly config: ReturnType<Source["current"]>;
        readonly stamps: string | undefined;
        readonly settings: TLSSettings;
      }
    | undefined;

  constructor(file: Source) {
    this.#file = file;
  }

  /** The same object for as long as the files are the same. @throws Error in upstream's words */
  current(): TLSSettings {
    const config = this.#file.current();
    const tls = config.tls_server_config;
    const stamps = stampsOf([tls.cert_file, tls.key_file, tls.client_ca_file]);
    const last = this.#last;
    if (last?.config === config && stamps !== undefined && last.stamps === stamps) return last.settings;
    this.#last = { config, stamps, settings: settingsOf(tls) };
    return this.#last.settings;
  }
}

function stampsOf(paths: readonly string[]): string | undefined {
  const stamps = paths.filter((path) => path !== "").map(stampOf);
  return stamps.includes(undefined) ? undefined : stamps.join("|");
}

/** @throws Error in upstream's words, in upstream's order */
function settingsOf(tls: TLSServerConfig): TLSSettings {
  if (!isTLSEnabled(tls)) throw new Error("TLS config is not present");
  if (tls.cert_file === "" && tls.cert === "") throw new Error("missing one of cert or cert_file");
  if (tls.key_file === "" && tls.key === undefined) throw new Error("missing one of key or key_file");
  const pair = keyPairOf(tls);
  const hasCA = tls.client_ca_file !== "" || tls.client_ca !== "";
  const ca = certificatesOf(tls.client_ca_file === "" ? tls.client_ca : read(tls.client_ca_file));
  const clientAuth = CLIENT_AUTH[tls.client_auth_type];
  if (clientAuth === undefined) throw new Error(`invalid ClientAuth: ${tls.client_auth_type}`);
  if (hasCA && !clientAuth.asked) {
    throw new Error("client CA's have been configured without a Client Auth Policy");
  }
  return {
    context: createSecureContext({ ...pair, ...cryptographyOf(tls), ...(ca.length > 0 ? { ca } : {}) }),
    clientAuth,
    allowedSans: tls.client_allowed_sans,
    withoutCAs: hasCA && ca.length === 0,
  };
}

function keyPairOf(tls: TLSServerConfig) {
  const cert = tls.cert_file === "" ? tls.cert : read(tls.cert_file, "cert_file");
  const key = tls.key_file === "" ? (tls.key?.reveal() ?? "") : read(tls.key_file, "key_file");
  try {
    return readKeyPair(cert, key);
  } catch (e) {
    throw new Error(`failed to load X509KeyPair: ${(e as Error).message}`, { cause: e });
  }
}

function cryptographyOf({ min_version, max_version, cipher_suites, curve_preferences }: TLSServerConfig) {
  const wanted = new Set(cipher_suites);
  const suites = SUITES.filter(([go]) => wanted.size === 0 || wanted.has(go)).map(([, openssl]) => openssl);
  const curves = curve_preferences.flatMap((curve) => CURVES[curve] ?? []);
  return {
    // Suites of TLS 1.3 alone leave nothing to agree on below it.
    minVersion: suites.length === 0 ? VERSIONS.TLS13 : VERSIONS[min_version ?? "TLS12"],
    maxVersion: VERSIONS[max_version ?? "TLS13"],
    ...(suites.length === 0 ? {} : { ciphers: suites.join(":") }),
    ecdhCurve: curves.length === 0 ? DEFAULT_CURVES : curves.join(":"),
  };
}

function read(path: string, key?: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (e) {
    const problem = openError(path, e);
    throw new Error(key === undefined ? problem : `failed to read ${key} (${path}): ${problem}`, { cause: e });
  }
}

const HTTP2_SUITES = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"];

/** HTTP/2 wants a suite that the file may have left out. @throws Error in the words of Go's HTTP/2 */
export function checkHTTP2({ tls_server_config: tls, http_server_config: http }: WebConfig): void {
  const { cipher_suites: suites, min_version } = tls;
  if (!http.http2 || suites.length === 0 || min_version === "TLS13") return;
  if (HTTP2_SUITES.some((suite) => suites.includes(suite))) return;
  throw new Error(
    `http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of ${HTTP2_SUITES.join(" or ")})`,
  );
}
