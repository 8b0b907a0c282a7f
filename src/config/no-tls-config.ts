import type { TlsConfig } from "./types.ts";

/** A `tls_config` in which nothing is set. */
export const NO_TLS_CONFIG: TlsConfig = {
  ca: "",
  cert: "",
  key: undefined,
  ca_file: "",
  cert_file: "",
  key_file: "",
  ca_ref: "",
  cert_ref: "",
  key_ref: "",
  server_name: "",
  insecure_skip_verify: false,
  min_version: undefined,
  max_version: undefined,
};
