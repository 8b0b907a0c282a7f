import { NO_TLS_CONFIG } from "../config/no-tls-config.ts";
import type { HttpConfig, OAuth2, TlsConfig } from "../config/types.ts";

/** The configuration an empty `http_config` stands for, with some of it changed; for tests. */
export function httpConfig(changes: Partial<HttpConfig> = {}): HttpConfig {
  return {
    ...NO_PROXY,
    basic_auth: undefined,
    authorization: undefined,
    oauth2: undefined,
    bearer_token: undefined,
    bearer_token_file: "",
    tls_config: tlsConfig(),
    follow_redirects: true,
    enable_http2: true,
    http_headers: undefined,
    ...changes,
  };
}

const NO_PROXY = { proxy_url: undefined, no_proxy: "", proxy_from_environment: false, proxy_connect_header: {} };

export function tlsConfig(changes: Partial<TlsConfig> = {}): TlsConfig {
  return { ...NO_TLS_CONFIG, ...changes };
}

export function oauth2Config(changes: Partial<OAuth2> = {}): OAuth2 {
  return {
    ...NO_PROXY,
    client_id: "id",
    client_secret: undefined,
    client_secret_file: "",
    client_secret_ref: "",
    client_certificate_key_id: "",
    client_certificate_key: undefined,
    client_certificate_key_file: "",
    client_certificate_key_ref: "",
    grant_type: "",
    signature_algorithm: "",
    iss: "",
    audience: "",
    claims: {},
    scopes: [],
    token_url: "",
    endpoint_params: {},
    tls_config: tlsConfig(),
    ...changes,
  };
}
