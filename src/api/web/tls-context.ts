import { readFileSync } from "node:fs";
import { type SecureContext, type SecureContextOptions, createSecureContext } from "node:tls";
import { FileWatch, type TLSVersion, type WebConfigFile, type WebTLSConfig, isTLSEnabled } from "./web-config.ts";

const VERSIONS: Readonly<Record<TLSVersion, NonNullable<SecureContextOptions["minVersion"]>>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

const CURVES: Readonly<Record<WebTLSConfig["curve_preferences"][number], string>> = {
  CurveP256: "P-256",
  CurveP384: "P-384",
  CurveP521: "P-521",
  X25519: "X25519",
};

/** What a handshake is made with. */
export interface Handshake {
  readonly context: SecureContext;
  readonly config: WebTLSConfig;
  readonly http2: boolean;
}

/** The TLS settings as the files have them at the moment: upstream reads all of them at every handshake. */
export class TLSFiles {
  readonly #file: WebConfigFile;
  readonly #watch = new FileWatch();
  #handshake: Handshake | undefined;

  constructor(file: WebConfigFile) {
    this.#file = file;
  }

  /** @throws Error that names the file and what is wrong with it, in upstream's words */
  current(): Handshake {
    const { tls_server_config: config, http_server_config } = this.#file.current();
    const files = [this.#file.path, config.cert_file, config.key_file, config.client_ca_file].filter((f) => f !== "");
    if (this.#watch.changed(files) || this.#handshake === undefined) {
      this.#handshake = undefined;
      this.#handshake = { context: contextOf(config), config, http2: http_server_config.http2 };
    }
    return this.#handshake;
  }
}

/** @throws Error */
function contextOf(config: WebTLSConfig): SecureContext {
  if (!isTLSEnabled(config)) throw new Error("TLS config is not present");
  const cert = config.cert_file === "" ? config.cert : read(config.cert_file, "cert_file");
  const key = config.key_file === "" ? (config.key?.reveal() ?? "") : read(config.key_file, "key_file");
  const ca = config.client_ca_file === "" ? config.client_ca : readFileSync(config.client_ca_file, "utf8");
  return createSecureContext({
    cert,
    key,
    minVersion: VERSIONS[config.min_version],
    maxVersion: VERSIONS[config.max_version],
    ...(ca === "" ? {} : { ca }),
    ...(config.cipher_suites.length === 0 ? {} : { ciphers: cipherList(config.cipher_suites) }),
    ...(config.curve_preferences.length === 0
      ? {}
      : { ecdhCurve: config.curve_preferences.map((curve) => CURVES[curve]).join(":") }),
  });
}

function read(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (e) {
    throw new Error(`failed to read ${name} (${file}): ${e instanceof Error ? e.message : String(e)}`, { cause: e });
  }
}

/** Go's names of the suites up to TLS 1.2 as OpenSSL spells them; those of TLS 1.3 cannot be chosen, in Go neither. */
function cipherList(names: readonly string[]): string {
  const list = names.filter((name) => !/^TLS_(?:AES|CHACHA20)_/.test(name)).map(opensslName);
  return list.length === 0 ? "DEFAULT" : list.join(":");
}

function opensslName(name: string): string {
  return name
    .replace(/^TLS_/, "")
    .replace(/^RSA_WITH_/, "")
    .replace("_WITH_", "-")
    .replace(/_SHA256$/, (hash) => (name.includes("POLY1305") ? "" : hash))
    .replace(/_CBC(?=_)/, "")
    .replace(/AES_(\d+)/, "AES$1")
    .replace("3DES_EDE", "DES-CBC3")
    .replaceAll("_", "-");
}
