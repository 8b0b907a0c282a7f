import { refuse } from "./schema/collections.ts";
import { secret, tlsVersion } from "./schema/go-types.ts";
import { bool, string } from "./schema/scalars.ts";
import { shown, struct } from "./schema/struct.ts";
import type { TlsConfig } from "./types.ts";

/** `tls_config` of a client (spec §4.6). */
export const tlsConfig = struct<TlsConfig>({
  name: "config.TLSConfig",
  fields: {
    ca: string,
    cert: string,
    key: secret,
    ca_file: string,
    cert_file: string,
    key_file: string,
    ca_ref: string,
    cert_ref: string,
    key_ref: string,
    server_name: string,
    insecure_skip_verify: shown(bool),
    min_version: tlsVersion,
    max_version: tlsVersion,
  },
  validate(tls) {
    const cas = countSet(tls.ca, tls.ca_file, tls.ca_ref);
    const certs = countSet(tls.cert, tls.cert_file, tls.cert_ref);
    const keys = countSet(tls.key, tls.key_file, tls.key_ref);
    if (cas > 1) refuse("at most one of ca, ca_file & ca_ref must be configured");
    if (certs > 1) refuse("at most one of cert, cert_file & cert_ref must be configured");
    if (keys > 1) refuse("at most one of key and key_file must be configured");
    if (certs > keys) {
      refuse("exactly one of key or key_file must be configured when a client certificate is configured");
    }
    if (keys > certs) refuse("exactly one of cert or cert_file must be configured when a client key is configured");
  },
});

/** How many of the values were given. */
export function countSet(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined && value !== "").length;
}
