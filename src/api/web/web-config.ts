import { type BigIntStats, statSync } from "node:fs";
import type { Secret } from "../../config/secret.ts";

/** The file of `--web.config.file` (spec §2.10): keys as in the file, relative paths resolved. */
export interface WebConfig {
  readonly tls_server_config: WebTLSConfig;
  readonly http_server_config: {
    readonly http2: boolean;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** bcrypt hashes by user */
  readonly basic_auth_users: Readonly<Record<string, Secret>>;
  readonly rate_limit: {
    readonly burst: number;
    /** ms; 0 means no limit */
    readonly interval: number;
  };
}

export type ClientAuthType =
  | ""
  | "NoClientCert"
  | "RequestClientCert"
  | "RequireClientCert"
  | "RequireAnyClientCert"
  | "VerifyClientCertIfGiven"
  | "RequireAndVerifyClientCert";

export type TLSVersion = "TLS10" | "TLS11" | "TLS12" | "TLS13";

/** Each of certificate, key and client CAs is given inline or as a file; "" where it is not. */
export interface WebTLSConfig {
  readonly cert: string;
  readonly cert_file: string;
  readonly key: Secret | undefined;
  readonly key_file: string;
  readonly client_ca: string;
  readonly client_ca_file: string;
  readonly client_auth_type: ClientAuthType;
  /** undefined: any */
  readonly client_allowed_sans: readonly string[] | undefined;
  readonly min_version: TLSVersion;
  readonly max_version: TLSVersion;
  /** Go's names; empty for the defaults. */
  readonly cipher_suites: readonly string[];
  readonly curve_preferences: readonly ("CurveP256" | "CurveP384" | "CurveP521" | "X25519")[];
}

/** Whether the server speaks TLS: one of the keys that make it so is set. */
export function isTLSEnabled(tls: WebTLSConfig): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = tls;
  return (
    key !== undefined || [cert, cert_file, key_file, client_ca, client_ca_file, client_auth_type].some((v) => v !== "")
  );
}

/** Says whether files have changed since they were last asked about, at the price of a system call each. */
export class FileWatch {
  #seen = "";

  /** True the first time, and whenever a file was written, replaced, removed or came back. */
  changed(files: readonly string[]): boolean {
    const now = files.map(signature).join("|");
    if (now === this.#seen) return false;
    this.#seen = now;
    return true;
  }
}

function signature(file: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs }: BigIntStats = statSync(file, { bigint: true });
    return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return "missing";
  }
}

/** The web configuration as the file has it at the moment: upstream reads it on every request. */
export class WebConfigFile {
  readonly path: string;
  readonly #read: (path: string) => WebConfig;
  readonly #watch = new FileWatch();
  #current: { readonly config: WebConfig } | { readonly error: unknown } | undefined;

  /** @param read reads and checks the file. @throws Error with upstream's text */
  constructor(path: string, read: (path: string) => WebConfig) {
    this.path = path;
    this.#read = read;
  }

  /** @throws Error when the file, as it is now, cannot be read or is wrong */
  current(): WebConfig {
    if (this.#watch.changed([this.path])) {
      try {
        this.#current = { config: this.#read(this.path) };
      } catch (error) {
        this.#current = { error };
      }
    }
    if (this.#current !== undefined && "config" in this.#current) return this.#current.config;
    throw this.#current?.error;
  }
}
