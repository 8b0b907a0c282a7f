import { readMapping, readScalar, refined, type ReadKey } from "./reader.ts";
import { boolean, path, text } from "./values.ts";

/** How a connection to a database is encrypted. "" stands for what is not given. */
export interface TlsSettings {
  /** PEM; without it the system's authorities are trusted. */
  readonly ca_file: string;
  readonly cert_file: string;
  readonly key_file: string;
  /** The name its certificate must have, if not that of the server. */
  readonly server_name: string;
  readonly insecure_skip_verify: boolean;
}

export const DEFAULT_TLS: TlsSettings = {
  ca_file: "",
  cert_file: "",
  key_file: "",
  server_name: "",
  insecure_skip_verify: false,
};

const readKeys = readMapping(DEFAULT_TLS, {
  ca_file: readScalar(path),
  cert_file: readScalar(path),
  key_file: readScalar(path),
  server_name: readScalar(text),
  insecure_skip_verify: readScalar(boolean),
});

export const readTls: ReadKey<TlsSettings | undefined> = refined(readKeys, (tls, at) => {
  if ((tls.cert_file === "") !== (tls.key_file === "")) {
    return at.fail("has one of cert_file and key_file; expected both or neither");
  }
  return tls;
});

/** Relative files count from the directory. */
export function resolveTls(tls: TlsSettings | undefined, resolve: (file: string) => string): TlsSettings | undefined {
  if (tls === undefined) return undefined;
  const { ca_file, cert_file, key_file } = tls;
  return { ...tls, ca_file: resolve(ca_file), cert_file: resolve(cert_file), key_file: resolve(key_file) };
}
