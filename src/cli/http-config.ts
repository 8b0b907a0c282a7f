import type { HttpConfig } from "../config/types.ts";

/** Without a file: no authentication, and proxies as the environment says. */
export const DIRECT: HttpConfig = {
  basic_auth: undefined,
  authorization: undefined,
  oauth2: undefined,
  bearer_token: undefined,
  bearer_token_file: "",
  tls_config: {
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
  },
  proxy_url: undefined,
  no_proxy: "",
  proxy_from_environment: true,
  proxy_connect_header: {},
  follow_redirects: true,
  enable_http2: true,
  http_headers: undefined,
};
